"""Build the views of items and of the three lines."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import takewhile

from digest.editorial.reading_budget import LEAD_WORDS, NAMES
from digest.editorial.signals import shown
from digest.feeds.identity import canonical_url
from digest.model import Follows, IssueItem, Line, Source
from digest.render.reasons import because, reasons_of
from digest.render.retold import is_told, tells_alone, untold
from digest.render.view_models import Frame, ItemView, LineView, LinkView
from digest.text import formatting
from digest.text.clean import anchor, clean, cut, readable, shorten, web_url
from digest.text.languages import foreign
from digest.text.sentences import split
from digest.text.words import N_, gettext, language

RESULT_WORDS = 25  # of a summary, for an item of an older issue, which has no result of its own
_WORKS = {"code": N_("code"), "weights": N_("weights"), "data": N_("data")}
ENGLISH = "en"  # the language of the field, which readers of other languages need not be told
THREAD_CHARS = 90  # of the first title of a thread
_PLACES = {"names": "moved"}  # of older issues, and where their lists stand today
LEAD = "lead"  # the anchor of the story that opens an issue
FIRST, LINES = "first", "lines"  # those of what to read first, and of the lines below the lead
_PARTS = {
    "day": (N_("Day %(part)s of %(title)s, since %(since)s"), N_("Day %(part)s of this story, since %(since)s")),
    "week": (N_("Week %(part)s of %(title)s, since %(since)s"), N_("Week %(part)s of this story, since %(since)s")),
    "month": (N_("Month %(part)s of %(title)s, since %(since)s"), N_("Month %(part)s of this story, since %(since)s")),
}
NAME_CHARS = 60  # before the colon of a title
SHARED_WORDS = 2  # at the beginning of the names of feeds of one publisher
AUTHOR_CHARS = 80  # for feeds that give the list of authors as one name


def item_view(item: IssueItem, frame: Frame) -> ItemView:
    """One item as a format shows it."""
    trend = item.trends[0].id if item.trends else ""
    language = _language(item.title, frame)
    sources = _telling(_sources(item, frame), item)
    summary = _summary(item, frame.limits.words)
    reasons = reasons_of(item, summary, frame)
    uncertain = gettext("Trend uncertain: told by terms and names alone") if item.by_terms and item.trends else ""
    return ItemView(
        anchor=anchor(item.id),
        title=frame.text(item.title) or frame.text(item.url) or gettext("Untitled"),
        url=frame.url(item.url),
        authors=authors_line(item.authors),
        date=formatting.day(item.published, frame.zone, frame.locale) if item.published else "",
        language=language,
        language_name="" if language == ENGLISH else frame.locale.languages.get(language, language),
        summary=summary,
        result=readable(item.result) or shorten(readable(item.brief or item.summary), RESULT_WORDS),
        because=gettext("Placed here by the editor")
        if "moved" in item.edited
        else ". ".join(filter(None, (because(reasons), uncertain))),
        reasons=reasons,
        uncertain=uncertain,
        kind=item.kind or "",
        sources=tuple(sources[:NAMES]),
        more_sources=len(sources[NAMES:]),
        signals=" · ".join(frame.text(told) for told in shown(item.signals)),
        artefacts=tuple(
            LinkView(text=gettext(_WORKS[one.kind]), url=url) for one in item.artefacts if (url := frame.url(one.url))
        ),
        follows=_follows(item, frame),
        pinned="pinned" in item.edited or "brought" in item.edited,
        editor=_editor(item),
        watched=", ".join(map(frame.text, item.watched)),
        trend=frame.trend_name(trend) if trend else "",
        trend_anchor=trend,
        plain_title=_plain_title(item, frame),
        written=by_whom(item, "summary", "lead"),
        result_written=by_whom(item, "result") if item.result else by_whom(item, "summary", "lead"),
        original_title=_original(item.title, item.original.title) if item.original else "",
        original_summary=_original(item.summary, item.original.summary) if item.original else "",
        leads=item.id == frame.lead,
        above=None,
    )


def first_view(item: IssueItem, frame: Frame) -> ItemView:
    """An item to read first, told whole where it is met first: what was made, and its result."""
    return replace(item_view(item, frame), result=first_text(item))


def first_text(item: IssueItem) -> str:
    """The text of an item under what to read first: the result that a model or the editor wrote, or else its summary in the mail."""
    if any(one.place == "result" and one.sentences for one in item.written) or not item.brief:
        return readable(item.result) or shorten(readable(item.summary), RESULT_WORDS)
    return readable(item.brief)


def section_item_view(item: IssueItem, frame: Frame) -> ItemView:
    """An item in its section, without the sentences that the issue has told above."""
    view = item_view(item, frame)
    issue = frame.issue
    if item.id == frame.lead or not item.result:
        return view
    lines = [line.text for line in issue.lines if line.target == item.id]
    first = item.id in issue.read_first
    if not first and not lines:
        return view
    told = (*map(readable, lines), *(split(first_text(item)) if first else ()))
    if not first and not is_told(readable(item.summary), told):  # a line may only name the item
        return view
    words = frame.limits.words
    if words is None:
        rest = untold([readable(item.summary)], told, words)
    else:  # a mail tells what is to be read first in one place
        rest = "" if first else untold([readable(item.brief or item.summary), readable(item.summary)], told, words)
    if rest and not first and not tells_alone(rest):  # what a line leaves is not worth a place of its own
        return view
    return replace(view, summary=rest, above=_above(first=first, rest=rest))


def _above(*, first: bool, rest: str) -> LinkView:
    """Where the issue has told an item's result, or all that there is to tell."""
    if first:
        said = gettext("More of it under “Read first”") if rest else gettext("Told under “Read first”")
        return LinkView(text=said, url=f"#{FIRST}")
    return LinkView(text=gettext("More of it at the top") if rest else gettext("Told at the top"), url=f"#{LINES}")


def is_told_above(item: ItemView, *, title_only: bool) -> bool:
    """Whether what stands above leaves a section nothing to add: no sentence, no earlier work, no word of the editor.

    A block that shows a `title_only` never adds anything.
    """
    if title_only:
        return item.leads or item.above is not None
    return (item.leads or (item.above is not None and not item.summary)) and not (item.follows or item.editor)


def short_title(title: str) -> str:
    """The name before the colon, or the whole title."""
    name, colon, _ = title.partition(": ")
    return name if colon and len(name) <= NAME_CHARS else title


def _original(text: str, original: str) -> str:
    """What the source wrote, if the text is a translation of it."""
    return "" if original == text else readable(original)


def _plain_title(item: IssueItem, frame: Frame) -> str:
    """The plain title, and which language model it is by unless the editor mended it."""
    title = frame.text(item.plain_title)
    by = [
        one.model for one in item.written if one.place == "title" and any(s.verdict != "mended" for s in one.sentences)
    ]
    return gettext("%(title)s, in the words of %(model)s", title=title, model=clean(by[0])) if title and by else title


def by_whom(item: IssueItem, *places: str) -> str:
    """Who wrote or translated the text at one of these places; empty if it is the source's, or all of it the editor's."""
    translated = gettext("Translated by %(model)s", model=clean(item.original.model)) if item.original else ""
    return "; ".join(filter(None, (_written(item, *places), translated)))


def _written(item: IssueItem, *places: str) -> str:
    for one in item.written:
        if one.place in places and any(sentence.verdict != "mended" for sentence in one.sentences):
            if any(sentence.verdict == "mended" for sentence in one.sentences):
                return gettext("Written by %(model)s and the editor", model=clean(one.model))
            if item.kind == "paper":
                return gettext("Written by %(model)s from the abstract, checked against it", model=clean(one.model))
            return gettext("Written by %(model)s from the text, checked against it", model=clean(one.model))
    return ""


def lead_view(item: IssueItem, frame: Frame) -> ItemView:
    """The story that opens the issue, at full length whatever the format's limits."""
    whole = item_view(item, replace(frame, limits=replace(frame.limits, words=None)))
    return replace(whole, summary=shorten(whole.summary, LEAD_WORDS))


def _language(title: str, frame: Frame) -> str:
    """The language of a title if it differs from the issue's; empty otherwise, or if it is unknown."""
    return foreign(title, frame.locale.language)


def _summary(item: IssueItem, words: int | None) -> str:
    """The summary in at most this many words. An item of an older issue has one summary for all lengths."""
    return readable(item.summary) if words is None else shorten(readable(item.brief or item.summary), words)


def line_view(line: Line, frame: Frame) -> LineView:
    """The sentence, split around the name of its link's target; without the name, the whole sentence is the link.

    An item that this format does not show, or only among other trends, is linked through its trend.
    """
    text = readable(line.text)
    if not line.target:
        return LineView(before=text, linked="", after="", target="")
    if line.target == frame.lead and frame.lead:
        return _linked_line(text, readable(frame.issue.by_id()[frame.lead].title), LEAD)
    items = {item.id: (item, section) for section in frame.issue.trends for item in section.items}
    item, section = items.get(line.target, (None, None))
    name = readable(item.title) if item else frame.trend_name(line.target)
    if item is None or section is None:
        target = _PLACES.get(line.target, line.target)
    else:
        here = section.own and item in frame.shown(section) and (frame.limits.folded or _stands_itself(item, frame))
        target = anchor(item.id) if here else section.id
    return _linked_line(text, name, target)


def _stands_itself(item: IssueItem, frame: Frame) -> bool:
    """Whether a mail shows an item in its section, and does not only name it there."""
    told = is_told_above(section_item_view(item, frame), title_only=False)
    return item.id not in frame.issue.best and not told


def _linked_line(text: str, name: str, target: str) -> LineView:
    before, found, after = text.partition(name) if name else ("", "", "")
    if not found:
        before, found, after = "", text, ""
    return LineView(before=before, linked=found, after=after, target=target)


def _editor(item: IssueItem) -> str:
    """`chosen by the editor`, `worded by the editor` or `chosen and worded by the editor`; empty if neither."""
    chosen, worded = "pinned" in item.edited or "brought" in item.edited, "rewritten" in item.edited
    if chosen and worded:
        return gettext("chosen and worded by the editor")
    if worded:
        return gettext("worded by the editor")
    return gettext("chosen by the editor") if chosen else ""


def authors_line(authors: tuple[str, ...]) -> str:
    return _authors_line(authors, language())


@lru_cache(maxsize=4096)
def _authors_line(authors: tuple[str, ...], _language: str) -> str:
    names = [name for name in (cut(clean(author), AUTHOR_CHARS) for author in authors) if name]
    others = len(names) - NAMES
    if others <= 0:
        return ", ".join(names)
    named = ", ".join(names[:NAMES])
    return gettext("%(authors)s and %(others)s", authors=named, others=formatting.count(others, "author"))


def _sources(item: IssueItem, frame: Frame) -> list[LinkView]:
    """Each place once, where it showed the item first. Feeds that share two words at the beginning of their names are one place, and
    so are feeds of one page that share the first: `arXiv` for `arXiv cs.CL` and `arXiv cs.LG`.
    """
    feeds = list({source.feed: source for source in reversed(item.sources)}.values())[::-1]
    places: list[list[LinkView]] = []
    for link in (_source(source, item, frame) for source in feeds):
        place = next((place for place in places if _is_one_place(place[0], link)), None)
        if place is None:
            places.append([link])
        else:
            place.append(link)
    return [LinkView(text=_shared([link.text for link in place]), url=_first_url(place)) for place in places]


def _telling(places: list[LinkView], item: IssueItem) -> list[LinkView]:
    """The places, but not the only one beside an item without authors if the title links there already: `In arXiv` alone says nothing."""
    bare = len(places) == 1 and not places[0].url and not item.authors and item.kind == "paper" and item.url
    return [] if bare else places


def _is_one_place(one: LinkView, other: LinkView) -> bool:
    shared = len(_shared([one.text, other.text]).split())
    return shared >= (1 if one.url == other.url else SHARED_WORDS)


def _first_url(links: Sequence[LinkView]) -> str:
    return next((link.url for link in links if link.url), "")


def _shared(names: Sequence[str]) -> str:
    """The words with which all names begin."""
    words = zip(*(name.split(" ") for name in names), strict=False)
    return " ".join(each[0] for each in takewhile(lambda each: len(set(each)) == 1, words))


def _source(source: Source, item: IssueItem, frame: Frame) -> LinkView:
    """A source with a link, unless it showed the page that the title links to."""
    same = canonical_url(source.url) == canonical_url(item.url)
    return LinkView(text=frame.text(source.feed) or gettext("a source"), url="" if same else frame.url(source.url))


def _follows(item: IssueItem, frame: Frame) -> LinkView | None:
    """How the item continues an earlier one, with a link to that."""
    if item.follows is None:
        return None
    key = clean(item.follows.key)
    place = frame.links.item(key, item.follows.id)
    return LinkView(text=_thread(item, item.follows, frame), url=web_url(place) or place)


def _thread(item: IssueItem, follows: Follows, frame: Frame) -> str:
    """`Follow-up to W45: its title`; `Week 3 of its title, since W43`; `The same headline as in W45`."""
    key, since = (
        formatting.short_key(follows.key, frame.issue.key),
        formatting.short_key(follows.since, frame.issue.key),
    )
    if not follows.fresh:
        return gettext("The same headline as in %(issue)s", issue=key)
    title = cut(frame.text(follows.title), THREAD_CHARS)
    other = title if title and title.casefold() != frame.text(item.title).casefold() else ""
    if follows.part > 2:
        named, unnamed = _PARTS[formatting.span_of_key(frame.issue.key)]
        return gettext(named if other else unnamed, part=follows.part, title=other, since=since)
    if other:
        return gettext("Follow-up to %(issue)s: %(title)s", issue=key, title=other)
    return gettext("Follow-up to %(issue)s", issue=key)
