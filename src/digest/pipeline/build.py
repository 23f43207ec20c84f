"""Window, sift, classify, compose, render, archive, close: one issue, made once whatever happens in between."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NoReturn

from digest import agenda, resources
from digest.agenda import Standing
from digest.archive import ISSUE, to_json
from digest.check import check
from digest.classify import Text
from digest.errors import DigestError, Problem, UnreadableError, UsageError, WorkspaceError
from digest.feeds.identity import address_key
from digest.issue import Setting, compose, sift
from digest.issue.background import background, known, published
from digest.issue.hand import hand
from digest.issue.stories import gather
from digest.model import FeedHealth, FeedReport, Issue, IssueItem, Item, Window
from digest.periods import Slot
from digest.pipeline.collect import Fetched, Listener, collect, silent
from digest.pipeline.health import rhythms
from digest.pipeline.overviews import write_overviews
from digest.pipeline.program import Program
from digest.pipeline.twins import twins
from digest.render import render
from digest.store.issues import IssueRow
from digest.store.publications import Publication

PAST_ISSUES = 12  # how many issues the pulse looks back


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """Why an issue does not go out: `held` until a person approves it, or `skipped`, so that the next one has its items."""

    state: Literal["held", "skipped"]
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Built:
    """An issue as it was archived; one that was ruled out to be skipped is not."""

    issue: Issue
    folder: Path
    fetched: tuple[Fetched, ...]
    ruling: Ruling | None = None


Judge = Callable[[Issue, Mapping[str, str]], Ruling | None]


def nobody(issue: Issue, files: Mapping[str, str]) -> Ruling | None:  # noqa: ARG001  (a judge's signature)
    """Judge nothing: a person who builds by hand has the issue closed."""
    return None


def build(program: Program, *, offline: bool = False, listener: Listener = silent, judge: Judge = nobody) -> Built:
    """Make the issue that is due and close it; where none is due, make or refresh the open period's draft.

    Args:
        program: what to work on.
        offline: collect nothing.
        listener: hears of every feed that was fetched.
        judge: says of a due issue and its files, before anything is archived, why it must not go out, if it must not.

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
    made = files(program, issue)
    ruling = judge(issue, made) if row.state == "making" else None
    if ruling is None:
        folder = _archive(program, issue, _readable(program, issue, made))
        _settle(program, row, issue)
    else:
        folder = _withhold(program, row, issue, ruling)
    write_overviews(program)
    return Built(issue=issue, folder=folder, fetched=fetched, ruling=ruling)


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
    texts = _readable(program, issue, files(program, issue))
    with program.store.transaction():
        program.store.issues.put(row)
    _archive(program, issue, texts)
    _settle(program, row, issue)
    write_overviews(program)
    return issue


def recompose(program: Program, key: str) -> Issue:
    """Make an archived draft again from its own window, with what was decided since. Collects nothing.

    Raises:
        WorkspaceError: the store no longer holds its items.
        UnreadableError: mail clients would not show its mail as it is meant.
    """
    draft = program.archive.read(key)
    row = IssueRow(key=key, slot=draft.slot, start=draft.window.start, cutoff=draft.window.end, state="draft")
    items = program.store.items.window(row.start, row.cutoff)
    if not items and any(draft.receipt.values()):
        raise WorkspaceError(f"issue {key}", "the store no longer holds its items", "make it again with `digest build`")
    issue = _compose(program, row, items)
    program.archive.write(issue, _readable(program, issue, files(program, issue)))
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
            _discard_drafts(program, issue)


def standing(program: Program) -> Standing:
    """What the store remembers of the past, as far as it decides what is due."""
    store = program.store
    last = store.issues.last_closed()
    held = {row.key for row in store.publications.in_state("held")}
    return Standing(
        cutoff=last.cutoff if last else None,
        begun=store.feeds.first_collect() or _first_draft(program),
        passed=store.publications.passed(),
        taken=store.issues.closed_keys() | held,
        looked=store.publications.looked(),
    )


def due(program: Program, now: datetime) -> Slot | None:
    """The slot that `build` and `publish` would make an issue of."""
    return agenda.due(program.timetable, standing(program), now)


def render_again(program: Program, key: str) -> Path:
    """An archived issue's files from its issue.json and today's templates; the folder."""
    issue = program.archive.read(key)
    texts = files(program, issue)
    made: dict[str, str | bytes] = {**texts, **twins(program, issue, texts)}
    for name, content in made.items():
        program.archive.put(f"{key}/{name}", content)
    return program.archive.folder(key)


def files(program: Program, issue: Issue) -> dict[str, str]:
    """Every text of an issue beside its issue.json."""
    return render(
        issue,
        templates=resources.template_texts(program.workspace),
        baselines=program.trends,
        base_url=program.config.delivery.base_url,
    )


def _archive(program: Program, issue: Issue, texts: Mapping[str, str]) -> Path:
    """Write the issue with all its files; the folder."""
    return program.archive.write(issue, {**texts, **twins(program, issue, texts)})


def _take_up(program: Program) -> IssueRow:
    """The issue that a killed run left, else the one that is due, else the draft of the open period."""
    issues = program.store.issues
    now = program.instant()
    past = standing(program)
    slot = agenda.due(program.timetable, past, now)
    left = issues.making()
    if left is not None and (slot is None or slot.key == left.key):
        return left
    if left is not None:  # a later slot has come since: one issue covers both
        with program.store.transaction():
            issues.forget(left.key)
    state: Literal["making", "draft"] = "making" if slot else "draft"
    slot = slot or agenda.coming(program.timetable, past, now)
    return IssueRow(key=slot.key, slot=slot.at, start=past.cutoff, cutoff=now, state=state)


def _first_draft(program: Program) -> datetime | None:
    """The earliest draft's cutoff: with the store lost, it tells that the workspace was at work then."""
    archive = program.archive
    drafts = (issue for issue in map(archive.read, archive.issue_keys()) if issue.state == "draft")
    return min((issue.window.end for issue in drafts if issue.sample == program.config.digest.sample), default=None)


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
    told = frozenset(item.id for item in items if program.store.issues.published_in(item.keys))
    feeds = {feed.name: feed for feed in program.config.feeds}
    edited = hand(program.edits, row.key)
    sifted = sift(items, window=window, published=told, feeds=feeds, hand=edited)
    past = _past(program)
    sifted = replace(sifted, candidates=gather(sifted.candidates, published(past), identify=address_key))
    texts = [Text(id=one.id, title=one.title, summary=one.summary) for one in sifted.candidates]
    verdicts = dict(zip((text.id for text in texts), program.classifier().classify(texts), strict=True))
    setting = Setting(
        slot=Slot(at=row.slot, key=row.key),
        window=window,
        state="draft" if row.state == "draft" else "closed",
        settings=program.config.digest,
        trends=program.trends,
        feeds=_reports(program, window),
        past=tuple(issue.tally for issue in reversed(past)),
        background=background(past, program.trends.values()),
        hand=edited,
        watch=program.config.watch,
        accuracy=program.accuracy(),
        known=tuple(known(past, program.trends.values())),
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


def _past(program: Program) -> tuple[Issue, ...]:
    """The last closed issues, latest first."""
    there = set(program.archive.issue_keys())
    recent = program.store.issues.recent(PAST_ISSUES)
    return tuple(program.archive.read(key) for key in reversed(recent) if key in there)


def _items(issue: Issue) -> Iterator[IssueItem]:
    """Every item of an issue, in its order."""
    for section in issue.trends:
        yield from (*section.items, *section.folded)
    yield from issue.also_noted


def _readable(program: Program, issue: Issue, texts: dict[str, str]) -> dict[str, str]:
    """The issue's files. One whose mail cannot be read stays a draft, to be looked at; the next run makes it again."""
    found = check({ISSUE: to_json(issue), **texts}, program.config.delivery.base_url)
    problems = [
        Problem(file=one.file, line=one.line, path=one.rule, message=f"{one.message}; {one.remedy}")
        for one in found
        if one.severity == "error"
    ]
    if problems:
        draft = replace(issue, state="draft")
        _archive(program, draft, files(program, draft))
        raise UnreadableError(f"issue {issue.key}", problems)
    return texts


def _settle(program: Program, row: IssueRow, issue: Issue) -> None:
    """A closed issue is noted as published, and drafts of slots that it covers go."""
    if row.state == "draft":
        return
    _close(program, issue)
    _discard_drafts(program, issue)


def _withhold(program: Program, row: IssueRow, issue: Issue, ruling: Ruling) -> Path:
    """Archive a held issue as a draft that keeps its cutoff; of a skipped one, keep the reason alone."""
    at = max(program.now, row.cutoff)
    publication = Publication(key=row.key, slot=row.slot, state=ruling.state, reason=ruling.reason, at=at)
    held = ruling.state == "held"
    if held:
        draft = replace(issue, state="draft")
        _archive(program, draft, files(program, draft))
    with program.store.transaction():
        program.store.issues.forget(row.key)
        if held:
            program.store.issues.put(replace(row, state="draft"))
            program.store.publications.supersede(row.key, row.slot)
        program.store.publications.put(publication)
    if held:
        _discard_drafts(program, issue)
    elif issue.key in program.archive.issue_keys():
        program.archive.discard(issue.key)
    return program.archive.folder(issue.key)


def _discard_drafts(program: Program, issue: Issue) -> None:
    """Remove the drafts of slots before that of `issue`, which covers them."""
    closed = program.store.issues.closed_keys()
    for key in program.archive.issue_keys():
        if key in closed or key == issue.key:
            continue
        there = program.archive.read(key)
        if there.state == "draft" and there.slot <= issue.slot:
            program.archive.discard(key)


def _close(program: Program, issue: Issue) -> None:
    row = IssueRow(key=issue.key, slot=issue.slot, start=issue.window.start, cutoff=issue.window.end, state="closed")
    with program.store.transaction():
        program.store.issues.put(row)
        program.store.issues.publish(issue.key, dict(_identities(issue)))
        program.store.publications.supersede(issue.key, issue.slot)


def _identities(issue: Issue) -> Iterator[tuple[str, str]]:
    """Every identity key that an issue holds, with the id of its item there."""
    for item in _items(issue):
        for key in (item.id, *item.aliases, *item.members):
            yield key, item.id
