"""Compose an issue from the items of a window, and render and archive its files."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from digest.classify import Text
from digest.config import Config
from digest.editorial.baselines import claims_told, recent
from digest.editorial.candidates import Sifted, sift, text_of
from digest.editorial.compose import compose
from digest.editorial.hand import Hand, hand
from digest.editorial.moved import PastWindow
from digest.editorial.rank import background
from digest.editorial.setting import Setting
from digest.editorial.stories import gather
from digest.editorial.threads import published
from digest.errors import Problem, UnreadableError
from digest.feeds.identity import address_key
from digest.fetch import policy
from digest.mail.message import neutral
from digest.model import FeedHealth, FeedReport, Issue, Item, LeftOut, Translation, Verdict, Window
from digest.render import render, subject
from digest.render.links import PICTURE
from digest.render.og_image import cover
from digest.render.site import with_beside
from digest.schedule.slots import Slot
from digest.services import editions
from digest.services.context import Program
from digest.services.feed_health import rhythms
from digest.services.gate import mail_errors
from digest.services.grade import grades
from digest.services.mail_merge import imprint
from digest.storage.archive import ISSUE, Archive, to_json
from digest.storage.db import Store
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources
from digest.text.secrets import public

PAST_ISSUES = 12  # the number of past issues that the pulse compares with


@dataclass(frozen=True, kw_only=True, slots=True)
class Classified:
    """A window's candidates with their verdicts, and what else composing needs. It is the same for all readers.

    `left` and `stopped` say what a language model was asked to judge and did not, and why.
    """

    sifted: Sifted
    verdicts: Mapping[str, Verdict]
    setting: Setting
    past: int
    left: tuple[LeftOut, ...] = ()
    stopped: str = ""


def classified(
    program: Program,
    row: IssueRow,
    items: Sequence[Item],
    *,
    already: Callable[[Item], bool],
    past: Sequence[Issue],
    edited: Hand,
    asks: bool,
) -> Classified:
    """Filter a window's items, merge them into stories and classify them.

    Args:
        program: the run.
        row: the issue, or what stands for a letter's.
        items: all items with a sighting in the window.
        already: whether an item was published before.
        past: the issues before the window, latest first.
        edited: the editor's decisions.
        asks: whether a language model is asked for second opinions, if one is configured.
    """
    window = Window(start=row.start, end=row.cutoff)
    known = frozenset(item.id for item in items if already(item))
    sifted = _sifted(program, window, items, known=known, past=past, edited=edited)
    texts = [text_of(one) for one in sifted.candidates]
    classifier = program.classifier()
    judged = program.memory.each("verdicts", (program.trends, program.lessons), texts, classifier.classify)
    verdicts: Mapping[str, Verdict] = dict(zip((text.id for text in texts), judged, strict=True))
    left: tuple[LeftOut, ...] = ()
    stopped = ""
    if asks and program.config.model is not None:
        from digest.services.second_opinions import second_opinions  # noqa: PLC0415  (not imported without a model)

        second = second_opinions(program, row, classifier, texts, verdicts)
        verdicts, left, stopped = second.verdicts, second.left, second.stopped
    held = [one for one in texts if one.kind != "paper" or verdicts[one.id].llm or verdicts[one.id].labels]
    setting = _setting(program, row, past, edited, interest=_interest(program, held), asks=asks)
    return Classified(sifted=sifted, verdicts=verdicts, setting=setting, past=len(past), left=left, stopped=stopped)


def _sifted(
    program: Program,
    window: Window,
    items: Sequence[Item],
    *,
    known: frozenset[str],
    past: Sequence[Issue],
    edited: Hand,
) -> Sifted:
    """The window's candidates, merged into stories; `known` are those that were published before."""
    feeds = {feed.name: feed for feed in program.config.feeds}

    def gathered() -> Sifted:
        found = sift(items, window=window, published=known, feeds=feeds, hand=edited)
        return replace(found, candidates=gather(found.candidates, published(past), identify=address_key))

    given = (items, window, known, tuple(feeds.items()), edited.dropped, edited.shown, [issue.key for issue in past])
    return program.memory.once("gathered", given, gathered)


def _interest(program: Program, texts: Sequence[Text]) -> dict[str, float]:
    scores = program.memory.each("interest", None, texts, lambda new: program.interest().scores(new))
    return dict(zip((one.id for one in texts), scores, strict=True))


def _setting(
    program: Program, row: IssueRow, past: Sequence[Issue], edited: Hand, *, interest: Mapping[str, float], asks: bool
) -> Setting:
    """What composing needs besides the candidates and their verdicts."""
    window = Window(start=row.start, end=row.cutoff)
    told, before = told_before(past, row.slot)
    return Setting(
        slot=Slot(at=row.slot, key=row.key),
        window=window,
        state="draft" if row.state == "draft" else "closed",
        settings=program.config.digest,
        trends=program.trends,
        feeds=_reports(program.config, program.store, window),
        past=tuple(issue.tally for issue in reversed(past)),
        background=background(past, program.trends.values()),
        interest=interest,
        hand=edited,
        watch=program.config.watch,
        accuracy=program.accuracy(),
        told=told,
        recent=before,
        windows=tuple(_past_window(issue) for issue in reversed(past)),
        ordinary=resources.ordinary_words(),
        model=_written_by_model(program.config) if asks else frozenset(),
    )


def told_before(past: Sequence[Issue], slot: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """The claims, and the sentences of baselines, that the last issues before a slot told."""
    return claims_told(past, slot), recent(past, slot)


def composed(program: Program, row: IssueRow, items: tuple[Item, ...]) -> Issue:
    """Compose an issue from the items of its window."""
    edited = hand(program.edits, row.key)
    past = program.memory.once(
        "past", program.store.issues.closed_keys(), lambda: latest(program.store, program.archive)
    )
    found = classified(
        program,
        row,
        items,
        already=lambda item: program.store.issues.published_in(item.keys) is not None,
        past=past,
        edited=edited,
        asks=True,
    )
    issue = replace(compose(found.sifted, found.verdicts, found.setting), grades=grades(program, row, past))
    translated: Mapping[str, Translation] = {}
    if program.config.model is not None:
        from digest.services.writing import written  # noqa: PLC0415  (without a model nothing of it is imported)

        told = {one.id: one.summary for one in found.sifted.candidates}
        issue, stopped = written(program, row, issue, told, edited.reviews, left=found.left, stopped=found.stopped)
        from digest.services.translating import translations  # noqa: PLC0415  (as above)

        translated = translations(program, row, issue, stopped=stopped)
    return editions.in_all(program, issue, past=found.past, translations=translated)


def _past_window(issue: Issue) -> PastWindow:
    titles = tuple(item.title for item in issue.items())
    return PastWindow(titles=titles, names=issue.mentions, phrases=issue.phrases)


def _written_by_model(config: Config) -> frozenset[str]:
    """The parts of an issue that a language model writes, which are marked in the mail. English issues only."""
    english = config.digest.language.startswith("en")
    return frozenset(config.model.tasks if config.model is not None and english else ())


def _reports(config: Config, store: Store, window: Window) -> tuple[FeedReport, ...]:
    """A report on each configured feed in the window."""
    return tuple(
        _with_health(store.feeds.report(feed.url, name=feed.name, start=window.start, end=window.end), found)
        for feed, found in zip(config.feeds, rhythms(config, store, until=window.end), strict=True)
    )


def _with_health(report: FeedReport, found: FeedHealth) -> FeedReport:
    """The report, with what is unusual about the feed at the start of its reason."""
    reason = "; ".join(filter(None, (found.sentence, report.reason)))
    report = replace(report, url=public(report.url), health=found.verdict)
    if report.status == "skipped" and report.reason == policy.GONE:
        return replace(report, status="gone")
    return replace(report, reason=reason)


def latest(store: Store, archive: Archive, *, until: datetime | None = None) -> tuple[Issue, ...]:
    """The last closed issues, latest first; with `until`, those whose windows end by then."""
    there = set(archive.issue_keys())
    recent = store.issues.recent(PAST_ISSUES, until=until)
    return tuple(archive.read(key) for key in reversed(recent) if key in there)


def files(program: Program, issue: Issue) -> dict[str, str]:
    """All text files of an issue except issue.json, by name."""
    return render(
        issue,
        templates=resources.template_texts(program.workspace),
        baselines=program.trends,
        base_url=program.config.delivery.base_url,
        editions=editions.places(program.config.digest),
    )


def readable(program: Program, issue: Issue, texts: dict[str, str]) -> dict[str, str]:
    """The issue's files, if its mail passes the lint. Otherwise the issue stays a draft, which the next run rebuilds."""
    problems = _problems(program.config, issue, texts)
    for edition in editions.others(program):
        told = editions.in_edition(edition, issue, own=program.trends)
        problems += _problems(edition.config, told, files(edition, told))
    if problems:
        draft = replace(issue, state="draft")
        archived(program.config, program.archive, draft, files(program, draft))
        raise UnreadableError(f"issue {issue.key}", problems)
    return texts


def _problems(config: Config, issue: Issue, texts: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(file=one.file, line=one.line, path=one.rule, message=f"{one.message}; {one.remedy}")
        for one in mail_errors({ISSUE: to_json(issue), **texts}, config.delivery.base_url)
    ]


def archived(config: Config, archive: Archive, issue: Issue, texts: Mapping[str, str]) -> Path:
    """Write the issue with all its files, and return its folder."""
    return archive.write(issue, {**texts, **binary_files(config, issue, texts)})


def rendered(program: Program, key: str) -> dict[str, bytes]:
    """All files of an archived issue except issue.json, as the current templates make them."""
    issue = program.archive.read(key)
    texts = files(program, issue)
    return {**{name: text.encode() for name, text in texts.items()}, **binary_files(program.config, issue, texts)}


def different(program: Program, key: str) -> tuple[str, ...]:
    """The names of the files of an archived issue that are not what its issue.json and the templates give, missing ones too.

    The links to neighbouring issues are not compared: later issues change them.
    """
    folder = program.archive.folder(key)
    return tuple(
        name
        for name, content in rendered(program, key).items()
        if not (folder / name).is_file() or _alone(name, (folder / name).read_bytes()) != _alone(name, content)
    )


def _alone(name: str, content: bytes) -> bytes:
    return with_beside(content.decode("utf-8", "replace"), "").encode() if name == "index.html" else content


def render_again(program: Program, key: str) -> Path:
    """Render an archived issue's files again with the current templates, and return its folder."""
    for name, content in rendered(program, key).items():
        program.archive.put_file(key, name, content)
    return program.archive.folder(key)


MESSAGE = "email.eml"


def binary_files(config: Config, issue: Issue, texts: Mapping[str, str]) -> dict[str, bytes]:
    """The binary files of an issue (email.eml, cover.png) by name. The message has the date of the issue's cutoff.

    Raises:
        UsageError: `delivery.from` is not an address.
    """
    message = neutral(
        key=issue.key,
        subject=subject(issue),
        date=issue.window.end,
        html_part=texts["email.html"],
        text_part=texts["email.txt"],
        imprint=imprint(config),
    )
    return {MESSAGE: message, PICTURE: cover(issue, resources.fonts())}
