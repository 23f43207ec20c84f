"""A window's items -> an issue: sifted, gathered into stories, classified, composed. Writes nothing."""

from dataclasses import replace

from digest.classify import Text
from digest.feeds.identity import address_key
from digest.issue import Setting, compose, sift
from digest.issue.background import background, known, published
from digest.issue.hand import hand
from digest.issue.stories import gather
from digest.model import FeedHealth, FeedReport, Issue, Item, Window
from digest.periods import Slot
from digest.pipeline.health import rhythms
from digest.pipeline.program import Program
from digest.store.issues import IssueRow

PAST_ISSUES = 12  # how many issues the pulse looks back


def composed(program: Program, row: IssueRow, items: tuple[Item, ...]) -> Issue:
    window = Window(start=row.start, end=row.cutoff)
    told = frozenset(item.id for item in items if program.store.issues.published_in(item.keys))
    feeds = {feed.name: feed for feed in program.config.feeds}
    edited = hand(program.edits, row.key)
    sifted = sift(items, window=window, published=told, feeds=feeds, hand=edited)
    past = latest(program)
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


def latest(program: Program) -> tuple[Issue, ...]:
    """The last closed issues, latest first."""
    there = set(program.archive.issue_keys())
    recent = program.store.issues.recent(PAST_ISSUES)
    return tuple(program.archive.read(key) for key in reversed(recent) if key in there)
