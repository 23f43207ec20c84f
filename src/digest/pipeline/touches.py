"""The archive -> what has touched the claims of a trend's baseline since, issue by issue. Writes nothing."""

from dataclasses import dataclass

from digest.archive import Archive


@dataclass(frozen=True, kw_only=True, slots=True)
class Touched:
    """An item of an issue that bears on a claim, with its words that say so."""

    key: str
    id: str
    title: str
    url: str
    words: tuple[str, ...]


def touches(archive: Archive, trend: str) -> dict[str, tuple[Touched, ...]]:
    """Claim -> the items that touched it, the last key first. A draft's count too, since it is the week in hand.

    Raises:
        WorkspaceError: an issue.json is broken.
    """
    found: dict[str, list[Touched]] = {}
    for key in reversed(archive.issue_keys()):
        issue = archive.read(key)
        items = {item.id: item for section in issue.trends for item in (*section.items, *section.folded)}
        for claim in (claim for section in issue.trends if section.id == trend for claim in section.claims):
            found.setdefault(claim.text, []).extend(
                Touched(key=key, id=touch.id, title=items[touch.id].title, url=items[touch.id].url, words=touch.words)
                for touch in claim.items
                if touch.id in items
            )
    return {claim: tuple(items) for claim, items in found.items()}
