"""Addresses of a text mail -> numbers beside the words, and the list of them. Each address has one number in a document."""


class Footnotes:
    """Hands out numbers while a template runs; the template prints the list where it likes."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def mark(self, url: str) -> str:
        """` [3]`, or nothing where there is no address."""
        if not url:
            return ""
        return f" [{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    def take(self) -> list[tuple[int, str]]:
        """The numbers given since the last time, with their addresses."""
        new = [(number, url) for url, number in self._numbers.items() if number > self._listed]
        self._listed = len(self._numbers)
        return new
