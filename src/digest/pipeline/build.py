"""Window, sift, classify, compose, render, archive, close: one issue, made once whatever happens in between."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NoReturn

from digest import resources
from digest.archive import ISSUE, to_json
from digest.check import check
from digest.classify import Text
from digest.errors import DigestError, Problem, UnreadableError, UsageError
from digest.issue import Setting, compose, sift
from digest.model import FeedHealth, FeedReport, Issue, Item, Tally, Window
from digest.periods import Slot
from digest.pipeline.collect import Fetched, Listener, collect, silent
from digest.pipeline.health import rhythms
from digest.pipeline.program import TICK, Program
from digest.render import index_page, render
from digest.store.issues import IssueRow

PAST_ISSUES = 12  # how many issues the pulse looks back
BEGINNING = datetime.fromisoformat("0001-01-03T00:00:00+00:00")


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """An issue as it was archived."""

    issue: Issue
    folder: Path
    fetched: tuple[Fetched, ...]


def build(program: Program, *, offline: bool = False, listener: Listener = silent) -> Built:
    """Make the issue that is due and close it; where none is due, make or refresh the open period's draft.

    Raises:
        DigestError: no feed answered and nothing is stored that could be published.
        UnreadableError: mail clients would not show the mail as it is meant; the issue is there as a draft.
    """
    read_back(program)
    row = _take_up(program)
    with program.store.transaction():
        program.store.issues.put(row)
    fetched = () if offline else collect(program, at=row.cutoff, listener=listener)
    items = program.store.items.window(row.start, row.cutoff)
    if not items and not any(one.status in ("ok", "unchanged") for one in fetched):
        _give_up(program, row)
    issue = _compose(program, row, items)
    folder = program.archive.write(issue, _readable(program, issue))
    _settle(program, row, issue)
    write_overviews(program)
    return Built(issue=issue, folder=folder, fetched=fetched)


def close_draft(program: Program, key: str) -> Issue:
    """Close a draft at its cutoff, so that it can be sent; an issue that is closed already stays as it is.

    Raises:
        NotFoundError: there is no such issue.
        UsageError: another issue was closed since the draft was made.
        UnreadableError: mail clients would not show its mail as it is meant.
    """
    read_back(program)
    draft = program.archive.read(key)
    if draft.state == "closed":
        return draft
    last = program.store.issues.last_closed()
    if draft.window.start != (last.cutoff if last else None):
        raise UsageError(
            f"issue {key}", "is a draft from before another issue was closed", "`digest build` refreshes it"
        )
    issue = replace(draft, state="closed")
    row = IssueRow(key=key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="making")
    texts = _readable(program, issue)
    with program.store.transaction():
        program.store.issues.put(row)
    program.archive.write(issue, texts)
    _settle(program, row, issue)
    write_overviews(program)
    return issue


def read_back(program: Program) -> None:
    """Take over what the archive holds as closed and the store does not: a store that was lost, restored or killed.

    A sample issue counts only in a sample workspace.
    """
    program.archive.mend()
    known = program.store.issues.closed_keys()
    for key in program.archive.issue_keys():
        if key in known:
            continue
        issue = program.archive.read(key)
        if issue.state == "closed" and issue.sample == program.config.digest.sample:
            _close(program, issue)


def due(program: Program, now: datetime) -> Slot | None:
    """The latest slot that has come since the last cutoff and the first collect, and whose key is not closed."""
    last = program.store.issues.last_closed()
    first_collect = program.store.feeds.first_collect() or now
    since = max(last.cutoff if last else BEGINNING, first_collect - TICK)
    closed = program.store.issues.closed_keys()
    return next((slot for slot in program.timetable.until(now, since=since) if slot.key not in closed), None)


def refuse_past(program: Program) -> None:
    """Writing with a clock before the last closed cutoff would put items into a closed window.

    Raises:
        UsageError: the clock is set before that cutoff.
    """
    last = program.store.issues.last_closed()
    if last is not None and program.now < last.cutoff:
        raise UsageError(
            f"--at {program.now.isoformat()}",
            f"issue {last.key} is closed up to {last.cutoff.isoformat()}",
            "set the clock to a later instant",
        )


def render_again(program: Program, key: str) -> Path:
    """An archived issue's files from its issue.json and today's templates; the folder."""
    issue = program.archive.read(key)
    for name, text in files(program, issue).items():
        program.archive.put(f"{key}/{name}", text)
    return program.archive.folder(key)


def write_overviews(program: Program) -> None:
    """The archive's pages beside the issues."""
    settings = program.config.digest
    page = index_page(
        program.archive.entries(),
        title=settings.title,
        language=settings.language,
        timezone=settings.timezone,
        templates=resources.template_texts(program.workspace),
    )
    program.archive.put("index.html", page)


def files(program: Program, issue: Issue) -> dict[str, str]:
    """Every file of an issue beside its issue.json."""
    return render(
        issue,
        templates=resources.template_texts(program.workspace),
        baselines=program.trends,
        base_url=program.config.delivery.base_url,
    )


def _take_up(program: Program) -> IssueRow:
    """The issue that a killed run left, else the one that is due, else the draft of the open period."""
    issues = program.store.issues
    left = issues.making()
    if left is not None:
        return left
    last = issues.last_closed()
    now = program.instant()
    slot = due(program, now)
    state: Literal["making", "draft"] = "making" if slot else "draft"
    if slot is None:
        closed = issues.closed_keys()
        slot = next(slot for slot in program.timetable.after(now) if slot.key not in closed)
    return IssueRow(key=slot.key, slot=slot.at, start=last.cutoff if last else None, cutoff=now, state=state)


def _give_up(program: Program, row: IssueRow) -> NoReturn:
    """Leave everything as it was: nothing answered, and nothing is stored."""
    with program.store.transaction():
        program.store.issues.forget(row.key)
    raise DigestError(
        f"issue {row.key}",
        "no feed answered and nothing is stored that it could hold",
        "`digest collect` names each feed's cause",
    )


def _compose(program: Program, row: IssueRow, items: tuple[Item, ...]) -> Issue:
    window = Window(start=row.start, end=row.cutoff)
    published = frozenset(item.id for item in items if program.store.issues.published_in(item.keys))
    feeds = {feed.name: feed for feed in program.config.feeds}
    sifted = sift(items, window=window, published=published, feeds=feeds)
    texts = [Text(id=one.id, title=one.title, summary=one.summary) for one in sifted.candidates]
    verdicts = dict(zip((text.id for text in texts), program.classifier().classify(texts), strict=True))
    setting = Setting(
        slot=Slot(at=row.slot, key=row.key),
        window=window,
        state="draft" if row.state == "draft" else "closed",
        settings=program.config.digest,
        trends=program.trends,
        feeds=_reports(program, window),
        past=_past(program),
    )
    return compose(sifted, verdicts, setting)


def _reports(program: Program, window: Window) -> tuple[FeedReport, ...]:
    """How each configured feed did in the window."""
    return tuple(
        _with_health(program.store.feeds.report(feed.url, name=feed.name, start=window.start, end=window.end), found)
        for feed, found in zip(program.config.feeds, rhythms(program, until=window.end), strict=True)
    )


def _with_health(report: FeedReport, found: FeedHealth) -> FeedReport:
    """A report whose reason begins with what is unusual about the feed."""
    reason = "; ".join(filter(None, (found.sentence, report.reason)))
    return replace(report, reason=reason, health=found.verdict)


def _past(program: Program) -> tuple[Tally, ...]:
    """What each feed brought to each trend in the last closed issues, oldest first."""
    there = set(program.archive.issue_keys())
    recent = program.store.issues.recent(PAST_ISSUES)
    return tuple(program.archive.read(key).tally for key in recent if key in there)


def _readable(program: Program, issue: Issue) -> dict[str, str]:
    """The issue's files. One whose mail cannot be read stays a draft, to be looked at; the next run makes it again."""
    texts = files(program, issue)
    found = check({ISSUE: to_json(issue), **texts}, program.config.delivery.base_url)
    problems = [
        Problem(file=one.file, line=one.line, path=one.rule, message=f"{one.message}; {one.remedy}")
        for one in found
        if one.severity == "error"
    ]
    if problems:
        draft = replace(issue, state="draft")
        program.archive.write(draft, files(program, draft))
        raise UnreadableError(f"issue {issue.key}", problems)
    return texts


def _settle(program: Program, row: IssueRow, issue: Issue) -> None:
    """A closed issue is noted as published, and drafts of slots that it covers go."""
    if row.state == "draft":
        return
    _close(program, issue)
    closed = program.store.issues.closed_keys()
    for key in program.archive.issue_keys():
        if key not in closed and (there := program.archive.read(key)).state == "draft" and there.slot <= row.slot:
            program.archive.discard(key)


def _close(program: Program, issue: Issue) -> None:
    row = IssueRow(key=issue.key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="closed")
    with program.store.transaction():
        program.store.issues.put(row)
        program.store.issues.publish(issue.key, dict(_identities(issue)))


def _identities(issue: Issue) -> Iterator[tuple[str, str]]:
    """Every identity key that an issue holds, with the id of its item there."""
    sections = (item for section in issue.trends for item in (*section.items, *section.folded))
    for item in (*sections, *issue.also_noted):
        for key in (item.id, *item.aliases, *item.members):
            yield key, item.id
