"""A transport that writes messages to a Maildir, used if no mail server is configured."""

import os
from collections.abc import Callable
from pathlib import Path

from digest.mail.transport import OFFER, Letter, Outcome, Talk


class Outbox:
    """A Maildir. Files are named after Message-IDs, so that it contains each message only once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        try:
            for folder in (self._folder, *(self._folder / part for part in ("tmp", "new", "cur"))):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return Outcome(kind="locked_out", reply=f"{self._folder} cannot be created ({error.strerror})")
        if not (yield OFFER):
            return None
        name = letter.id.replace("/", "_")
        written, final = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            with open(written, "wb", opener=_private) as file:
                file.write(letter.content.replace(b"\r\n", b"\n"))
            os.replace(written, final)  # noqa: PTH105  (says what it is: one atomic rename)
        except OSError as error:
            return Outcome(kind="lost", reply=f"{final} cannot be written ({error.strerror})")
        return Outcome(kind="accepted", reply=str(final))

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
