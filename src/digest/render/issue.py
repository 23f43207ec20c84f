"""Build the view of an issue that the templates lay out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from digest.editorial.rank import comes_last
from digest.editorial.reading_budget import titles
from digest.model import (
    FeedReport,
    Issue,
    IssueItem,
    ItemKind,
    LeftOut,
    Line,
    ModelNote,
    OffTopic,
    Translation,
)
from digest.render.colophon import accuracy, entry_count, own_receipt, receipt, rights
from digest.render.grades import grade_views
from digest.render.items import first_view, item_view, lead_view, line_view
from digest.render.links import PREFERENCES_URL, TEACH, UNSUBSCRIBE_URL, spans
from digest.render.markdown_text import note_view
from digest.render.reasons import said
from digest.render.sections import (
    beyond_views,
    counts_key,
    listed_releases,
    moved_views,
    name_views,
    release_columns,
    release_views,
    section_views,
)
from digest.render.view_models import Frame, IssueView, OffTopicView, TroubleView
from digest.text import formatting
from digest.text.clean import clean, cut, readable
from digest.text.words import N_, gettext

Thing = TypeVar("Thing")

NAMED = 2  # feeds without items, at the top
PREHEADER = 130  # characters; inboxes show 40 to 130

_LINES = {
    "day": (N_("Today in short"), N_("Today in one line"), N_("Today in two lines"), N_("Today in three lines")),
    "week": (
        N_("This week in short"),
        N_("This week in one line"),
        N_("This week in two lines"),
        N_("This week in three lines"),
    ),
    "month": (
        N_("This month in short"),
        N_("This month in one line"),
        N_("This month in two lines"),
        N_("This month in three lines"),
    ),
}


def issue_view(frame: Frame) -> IssueView:
    """The whole view."""
    return _linked(_behind(_view(frame), frame), frame)


def _view(frame: Frame) -> IssueView:
    """What the issue holds, without how it was made and without the addresses of pages."""
    issue = frame.issue
    contents = section_views(frame)
    items = issue.by_id(folded=False)
    lead = lead_view(items[frame.lead], frame) if frame.lead in items else None
    releases, beyond = release_views(frame), beyond_views(frame)
    noted, noted_more = _noted(frame)
    span = formatting.span(issue.window, frame.zone, frame.locale)
    first = tuple(first_view(items[id_], frame) for id_ in issue.best if id_ in items and id_ != frame.lead)
    below = [lead.summary if lead else "", *(one.result for one in first)]
    lines = tuple(line_view(line, frame) for line in issue.lines if not _repeats(line, below))
    return IssueView(
        title=clean(issue.title),
        key=issue.key,
        language=issue.language,
        direction=frame.locale.text_direction,
        editions=frame.editions,
        span=span,
        period=formatting.period(issue.key),
        in_lines=_in_lines(issue.key, len(lines)),
        date=formatting.day(issue.window.end, frame.zone, frame.locale),
        draft=issue.state == "draft",
        sample=issue.sample,
        preheader=_preheader(issue, span),
        item_count=issue.size,
        feed_count=sum(feed.status == "ok" for feed in issue.feeds),
        minutes=formatting.count(max(1, round(issue.minutes)), "minute"),
        lead=lead,
        lead_voices=tuple(source for source in lead.sources[1:] if source.url) if lead else (),
        lead_voices_more=lead.more_sources if lead else 0,
        lines=lines,
        note=note_view(issue.note),
        watched=tuple(item_view(items[id_], frame) for id_ in issue.watched if id_ in items),
        read_first=first,
        releases=releases,
        releases_more=len(issue.releases) - len(releases) - len(beyond),
        beyond_language=beyond,
        release_columns=tuple(map(gettext, release_columns(frame))),
        moved=moved_views(frame) or name_views(frame),
        names=name_views(frame),
        sections=tuple(section for section in contents if section.own),
        shared=tuple(section for section in contents if not section.own),
        contents=contents,
        has_history=any(section.pulse.verdict != "no_history" for section in issue.trends),
        counts=counts_key(contents),
        also_noted=tuple(item_view(item, frame) for item in noted),
        also_noted_more=noted_more,
        noted_order=_noted_order(noted),
        off_topic=tuple(_off_topic(one, frame) for one in issue.off_topic) if frame.limits.folded else (),
        quiet=tuple(frame.trend_name(id_) for id_ in issue.quiet),
    )


def _behind(view: IssueView, frame: Frame) -> IssueView:
    """The view with how the issue was made: its receipt, feeds in trouble, a language model's part, figures and grades."""
    issue = frame.issue
    trouble, trouble_more = _first([feed for feed in issue.feeds if feed.in_trouble], frame.limits.titles)
    return replace(
        view,
        entry_count=entry_count(frame),
        receipt=receipt(frame),
        yours=own_receipt(frame, untold=view.also_noted_more - sum(bool(one.trend) for one in view.also_noted)),
        trouble=_trouble(trouble, frame),
        trouble_more=trouble_more,
        missing=_missing(frame),
        lacking=_lacking(frame),
        model=_model(issue),
        writer=_writer(issue),
        accuracy=accuracy(frame),
        rights=rights(frame),
        grades=grade_views(frame),
        shortened=_shortened(frame),
    )


def _linked(view: IssueView, frame: Frame) -> IssueView:
    """The view with the addresses of the issue's own pages and of its reader's."""
    issue, links = frame.issue, frame.links
    teach = f"{PREFERENCES_URL}{TEACH}{clean(issue.key)}/" if links.issue(issue.key) else ""
    return replace(
        view,
        view_url=links.issue(issue.key),
        archive_url=links.archive,
        data_url="issue.json" if not frame.second else f"../../{issue.key}/issue.json",
        latest_url=links.latest,
        trends_url=links.trends,
        sources_url=links.sources,
        search_url=links.search,
        coins=spans(issue, frame.public) if frame.limits.folded else (),
        public_url=frame.public.issue(issue.key),
        picture_url=frame.public.picture(issue.key),
        unsubscribe_url=UNSUBSCRIBE_URL,
        preferences_url=PREFERENCES_URL,
        teach_url=teach,
        teach_item_url=teach if frame.limits.teaches else "",
    )


def _first(things: Sequence[Thing], limit: int | None) -> tuple[Sequence[Thing], int]:
    """As many things as a format shows, and the number of the others."""
    shown = things[:limit]
    return shown, len(things) - len(shown)


def _noted(frame: Frame) -> tuple[list[IssueItem], int]:
    """What this format lists by its title alone, and the number of other items without a trend.

    What stands at the top or among the releases of this format is not listed again.
    """
    issue = frame.issue
    told, beyond = listed_releases(frame)
    shown = [*told, *beyond]
    listed = {one.id for one in shown}
    listed |= set() if frame.limits.folded else {*issue.best, *(id_ for one in issue.releases for id_ in one.older)}
    unlisted = [item for item in issue.also_noted if item.id not in listed]
    items = issue.by_id()
    papers = [items[id_] for id_ in issue.noted_papers if id_ in items and id_ not in listed]
    noted = titles(unlisted, papers, frame.limits.titles)
    return noted, len(unlisted) - sum(not item.trends for item in noted)


_Listed = ItemKind | Literal["same feed", "patch", "notice"] | None
_LAST: dict[str, _Listed] = {"same feed": "same feed", "patch": "patch", "notice": "notice"}
_KINDS: dict[_Listed, str] = {
    "release": N_("launches"),
    "news": N_("news"),
    "post": N_("posts"),
    "paper": N_("papers"),
    "same feed": N_("more of the same feeds"),
    "patch": N_("patches of software"),
    "notice": N_("notices to customers"),
}


def _noted_order(noted: Sequence[IssueItem]) -> str:
    """`In this order: launches, posts and papers; the best first in each. Some papers belong to a trend above.`"""
    kinds: list[_Listed] = [_LAST.get(comes_last(item)) or item.kind for item in noted]
    known = [kind for kind in _KINDS if kind in kinds]
    if not known or kinds != sorted(kinds, key=[*_KINDS, None].index):
        return ""
    names = formatting.listed([gettext(_KINDS[kind]) for kind in known])
    if len(known) == 1:
        order = gettext("Only %(kind)s this time, the best first.", kind=names)
    else:
        order = gettext("In this order: %(kinds)s; the best first in each.", kinds=names)
    of_trends = gettext("Some papers belong to a trend above.") if any(item.trends for item in noted) else ""
    return f"{order} {of_trends}".rstrip()


def _missing(frame: Frame) -> str:
    """The feeds whose items may be missing."""
    unread = _unread(frame, frame.limits.titles)
    if not unread:
        return ""
    return gettext(
        "Feeds that could not be read or look stale, so that items of theirs may be missing: %(feeds)s.", feeds=unread
    )


def _lacking(frame: Frame) -> str:
    """The same in a few words, for the top of the issue."""
    unread = _unread(frame, NAMED)
    return gettext("Items of %(feeds)s may be missing.", feeds=unread) if unread else ""


def _unread(frame: Frame, limit: int | None) -> str:
    """`Ada's feed, Bob's and 3 others`: those that could not be read or look stale."""
    shown, more = _first([frame.text(feed.name) for feed in frame.issue.feeds if feed.may_lack_items], limit)
    return formatting.listed([*shown, *([formatting.count(more, "other")] if more else [])])


def _repeats(line: Line, beside: Sequence[str]) -> bool:
    """Whether a line repeats what the lead above it or the works below it tell."""
    return any(readable(line.text).rstrip(".") in text for text in beside)


def _off_topic(one: OffTopic, frame: Frame) -> OffTopicView:
    return OffTopicView(
        title=frame.text(one.title) or frame.text(one.url) or gettext("Untitled"),
        url=frame.url(one.url),
        kind=one.kind,
        feed=frame.text(one.feed),
        reason=frame.text(one.reason),
    )


def _in_lines(key: str, number: int) -> str:
    """`This week in three lines`."""
    said = _LINES[formatting.span_of_key(key)]
    return gettext(said[number] if number < len(said) else said[0])


def _preheader(issue: Issue, span: str) -> str:
    """What an inbox shows after the subject: the editor's words, or the first lines; the key makes it this issue's own."""
    if issue.preheader:
        return cut(clean(issue.preheader), PREHEADER)
    text = " ".join(clean(line.text) for line in issue.lines) or f"{issue.title}, {span}"
    key = f" · {issue.key}"
    return cut(clean(text), PREHEADER - len(key)) + key


_TASKS = {
    "lead": N_("the lead"),
    "results": N_("results"),
    "summaries": N_("summaries"),
    "titles": N_("plain titles"),
    "stances": N_("stances to claims"),
    "labels": N_("second opinions on labels"),
    "translation": N_("translations"),
    "all": N_("everything"),
}


def _writer(issue: Issue) -> str:
    """The name of the language model that wrote or translated some of what the issue shows; empty if none did."""
    if issue.model and issue.model.texts:
        return clean(issue.model.name)
    translation = _translation(issue)
    return clean(translation.model) if translation and translation.items else ""


def _translation(issue: Issue) -> Translation | None:
    """That of the edition that the issue is."""
    return next((one.translation for one in issue.editions if one.language == issue.language), None)


def _model(issue: Issue) -> str:
    """What a language model wrote, and what was left as the sources have it, with the reasons."""
    note = issue.model or ModelNote(name="")
    told = []
    if note.texts:
        wrote = gettext(
            "Texts of this issue by the language model %(model)s: %(count)s. A program compared each sentence with those that it rests on.",
            model=clean(note.name),
            count=note.texts,
        )
        told.append(wrote)
    translation = _translation(issue)
    if translation is not None and translation.items:
        said = gettext(
            "Items translated by the language model %(model)s: %(count)s. A program compared their numbers and names with those of the originals.",
            model=clean(translation.model),
            count=len(translation.items),
        )
        told.append(said)
    if left := (*note.left, *(translation.left if translation else ())):
        told.append(gettext("Left as the sources have it: %(what)s.", what="; ".join(map(_left, left))))
    return " ".join(told)


def _left(left: LeftOut) -> str:
    number = f"{left.count} × " if left.count > 1 else ""
    return f"{number}{gettext(_TASKS.get(left.task, left.task))} ({said(clean(left.reason))})"


def _shortened(frame: Frame) -> str:
    if not frame.limits.shrunk:
        return ""
    if frame.limits.items is None:
        return gettext("Summaries were shortened, so that mail programs show this mail whole.")
    if not frame.links.issue(frame.issue.key):
        return gettext("Summaries were shortened and items left out, so that mail programs show this mail whole.")
    return gettext(
        "Summaries were shortened and items left to the web page, so that mail programs show this mail whole."
    )


def _trouble(feeds: Sequence[FeedReport], frame: Frame) -> tuple[TroubleView, ...]:
    """Each reason once, with its feeds."""
    reasons: dict[str, list[str]] = {}
    for feed in feeds:
        reason = said(frame.text(feed.reason) or feed.status)
        reasons.setdefault(reason, []).append(frame.text(feed.name))
    return tuple(TroubleView(feeds=tuple(names), reason=reason) for reason, names in reasons.items())
