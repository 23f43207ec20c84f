"""Compare two issues, two renderings or two baselines. Pure: the caller reads them."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from digest.model import Issue, Trend


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One difference. `what` names its subject; `before` or `after` is empty if it is only on one side."""

    what: str
    before: str = ""
    after: str = ""


def issues(before: Issue, after: Issue) -> tuple[Change, ...]:
    """What changed between two issues: lead, read first, releases, each trend's count, each item, receipt, feeds with trouble."""
    return tuple(_issue_changes(before, after))


def baselines(before: Trend, after: Trend) -> tuple[Change, ...]:
    """What changed between two baselines: date, summary, claims, body by lines."""
    return tuple(_baseline_changes(before, after))


def renderings(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[Change, ...]:
    """What changed between two folders of files, line by line for texts."""
    return tuple(_file_changes(before, after))


def _issue_changes(before: Issue, after: Issue) -> Iterator[Change]:
    titles = {item.id: item.title for issue in (before, after) for item in issue.items()}
    yield from _changed("title", before.title, after.title)
    yield from _changed("lead", titles.get(before.lead, ""), titles.get(after.lead, ""))
    yield from _sets(
        "read first",
        [titles.get(id_, id_) for id_ in before.read_first],
        [titles.get(id_, id_) for id_ in after.read_first],
    )
    yield from _sets(
        "release", [one.release.name for one in before.releases], [one.release.name for one in after.releases]
    )
    for number, (old, new) in enumerate(
        _pairs([line.text for line in before.lines], [line.text for line in after.lines]), 1
    ):
        yield from _changed(f"line {number}", old, new)
    yield from _counts("trend", {one.id: one.size for one in before.trends}, {one.id: one.size for one in after.trends})
    yield from _items(before, after)
    yield from _counts(
        "receipt",
        {str(fate): number for fate, number in before.receipt.items()},
        {str(fate): number for fate, number in after.receipt.items()},
    )
    yield from _sets("feed with trouble", _trouble(before), _trouble(after))


def _items(before: Issue, after: Issue) -> Iterator[Change]:
    """Items by their identity keys, so that one which got a better key is still the same."""
    places = [_places(issue) for issue in (before, after)]
    known = [{key: item.id for item in issue.items() for key in item.keys} for issue in (before, after)]
    texts = [issue.by_id() for issue in (before, after)]
    for id_, (place, title) in places[0].items():
        other = next((known[1][key] for key in texts[0][id_].keys if key in known[1]), None)
        if other is None:
            yield Change(what=f"item {id_}", before=f"{place}: {title}")
        elif (place, title) != places[1][other]:
            now, retitled = places[1][other]
            yield Change(what=f"item {id_}", before=f"{place}: {title}", after=f"{now}: {retitled}")
    for id_, (place, title) in places[1].items():
        if not any(key in known[0] for key in texts[1][id_].keys):
            yield Change(what=f"item {id_}", after=f"{place}: {title}")


def _places(issue: Issue) -> dict[str, tuple[str, str]]:
    """Where each item is, and its title."""
    found: dict[str, tuple[str, str]] = {}
    for section in issue.trends:
        found |= {item.id: (section.id, item.title) for item in section.items}
        found |= {item.id: (f"{section.id}, folded", item.title) for item in section.folded}
    return found | {item.id: ("also noted", item.title) for item in issue.also_noted}


def _trouble(issue: Issue) -> list[str]:
    return [f"{feed.name} ({feed.status})" for feed in issue.feeds if feed.status in ("failed", "gone")]


def _baseline_changes(before: Trend, after: Trend) -> Iterator[Change]:
    yield from _changed("name", before.name, after.name)
    yield from _changed("as of", before.as_of, after.as_of)
    yield from _changed("summary", before.summary, after.summary)
    yield from _sets(
        "claim",
        [f"{one.date}: {one.text}" for one in before.claims],
        [f"{one.date}: {one.text}" for one in after.claims],
    )
    for line in difflib.ndiff(before.body.splitlines(), after.body.splitlines()):
        if not line[2:].strip():
            continue
        if line.startswith("- "):
            yield Change(what="body", before=line[2:])
        elif line.startswith("+ "):
            yield Change(what="body", after=line[2:])


def _file_changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Iterator[Change]:
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old == new:
            continue
        if old is None or new is None:
            yield Change(what=name, before="" if old is None else "a file", after="" if new is None else "a file")
            continue
        texts = _text(old), _text(new)
        if texts[0] is None or texts[1] is None:
            yield Change(what=name, before=f"{len(old)} bytes", after=f"{len(new)} bytes, not the same")
            continue
        yield from _lines(name, texts[0].splitlines(), texts[1].splitlines())


def _lines(name: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, first, last, start, end in matcher.get_opcodes():
        if tag != "equal":
            for offset, (old, new) in enumerate(_pairs(before[first:last], after[start:end])):
                yield Change(what=f"{name}:{first + offset + 1}", before=old, after=new)


def _text(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _changed(what: str, before: str, after: str) -> Iterator[Change]:
    if before != after:
        yield Change(what=what, before=before, after=after)


def _sets(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    yield from (Change(what=what, before=one) for one in before if one not in after)
    yield from (Change(what=what, after=one) for one in after if one not in before)


def _counts(what: str, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name, 0) != after.get(name, 0):
            yield Change(what=f"{what} {name}", before=str(before.get(name, 0)), after=str(after.get(name, 0)))


def _pairs(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[str, str]]:
    length = max(len(before), len(after))
    filled = [(*lines, *("",) * (length - len(lines))) for lines in (before, after)]
    return zip(*filled, strict=True)
