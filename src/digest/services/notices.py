"""Write the notice of a slot's outcome to the operator: the issue in short, what is unusual about it, and what to do next."""

from collections.abc import Iterator

from digest.errors import DigestError
from digest.model import Issue
from digest.render import subject
from digest.services.context import Program
from digest.storage.db.issues import Publication
from digest.text.clean import readable
from digest.text.formatting import count

FEEDS = 10  # in trouble, that are named


def line(row: Publication) -> str:
    """The outcome of a slot in one line."""
    return f"issue {row.key} {row.state}" + (f": {row.reason}" if row.reason else "")


def notice_of(program: Program, row: Publication) -> str:
    """The text of the notice. Of a held issue, it has the subject, the lines, what to read first, and what is unusual."""
    if row.state != "held":
        return f"{line(row)}.\n"
    try:
        issue = program.archive.read(row.key)
    except DigestError:  # the notice is needed all the more
        return f"{line(row)}.\n\n{_what_next(program, row)}\n"
    parts = [f"{line(row)}.", *_in_short(issue), *_unusual(issue), _what_next(program, row)]
    return "\n\n".join(parts) + "\n"


def _in_short(issue: Issue) -> Iterator[str]:
    """What the issue says."""
    yield f"Subject: {subject(issue).removeprefix('[draft] ')}"
    if issue.lines:
        yield "\n".join(f"- {readable(one.text)}" for one in issue.lines)
    items = issue.by_id()
    titles = [readable(items[id_].title) for id_ in issue.best if id_ in items]
    if titles:
        yield "\n".join(
            ["Lead, then Read first:", *(f"{place}. {title}" for place, title in enumerate(titles, start=1))]
        )


def _unusual(issue: Issue) -> Iterator[str]:
    """Feeds in trouble, and how much the issue holds."""
    shown = issue.receipt.get("shown", 0)
    yield f"{count(issue.size, 'item')}, of which {shown} shown in sections, up to {issue.window.end:%Y-%m-%d %H:%M} UTC."
    troubled = [one for one in issue.feeds if one.in_trouble]
    if troubled:
        named = [f"- {readable(one.name)}: {readable(one.reason) or one.status}" for one in troubled[:FEEDS]]
        more = [f"- and {len(troubled) - FEEDS} more"] if len(troubled) > FEEDS else []
        yield "\n".join([f"{count(len(troubled), 'feed')} in trouble:", *named, *more])


def _what_next(program: Program, row: Publication) -> str:
    place = program.workspace.root.absolute()
    when = f" at its slot, {row.slot:%Y-%m-%d %H:%M} UTC" if row.slot > program.now else ""
    people = count(program.store.subscribers.counts().get("active", 0), "person", "people")
    return (
        f"Let it go out to {people}{when}:\n\n    digest -C {place} approve {row.key}\n\n"
        f"Review and edit it in a browser:\n\n    digest -C {place} desk --open"
    )
