"""Items and lines of an issue -> their views."""

from digest.model import IssueItem, Line, Source
from digest.render import words
from digest.render.frame import Frame
from digest.render.plain import anchor, clean, cut, shorten, web_url
from digest.render.view import ItemView, LineView, LinkView

AUTHORS = 3  # named before "and 7 others"
SOURCES = 3
AUTHOR_CHARS = 80  # a feed that gives its list of authors as one name


def item_view(item: IssueItem, frame: Frame) -> ItemView:
    """One item as a format shows it."""
    trend = item.trends[0].id if item.trends else ""
    sources = _sources(item)
    summary = clean(item.summary)
    return ItemView(
        anchor=anchor(item.id),
        title=frame.text(item.title) or frame.text(item.url) or "Untitled",
        url=web_url(item.url),
        authors=_authors(item.authors),
        date=words.day(item.published, frame.zone, frame.locale) if item.published else "",
        summary=summary if frame.limits.words is None else shorten(summary, frame.limits.words),
        because=frame.text(item.because),
        kind=item.kind,
        sources=tuple(_source(source, item, frame) for source in sources[:SOURCES]),
        more_sources=len(sources[SOURCES:]),
        follows=_follows(item, frame),
        trend=frame.trend_name(trend) if trend else "",
        trend_anchor=trend,
    )


def line_view(line: Line, frame: Frame) -> LineView:
    """The sentence cut around the name of what it links to; around all of it where it does not name it."""
    text = clean(line.text)
    if not line.target:
        return LineView(before=text, linked="", after="", target="")
    items = {item.id: item for section in frame.issue.trends for item in section.items}
    item = items.get(line.target)
    name = clean(item.title) if item else frame.trend_name(line.target)
    before, found, after = text.partition(name) if name else ("", "", "")
    if not found:
        before, found, after = "", text, ""
    return LineView(before=before, linked=found, after=after, target=anchor(line.target) if item else line.target)


def _authors(authors: tuple[str, ...]) -> str:
    names = [name for name in (cut(clean(author), AUTHOR_CHARS) for author in authors) if name]
    others = len(names) - AUTHORS
    if others <= 0:
        return ", ".join(names)
    return f"{', '.join(names[:AUTHORS])} and {words.count(others, 'other')}"


def _sources(item: IssueItem) -> list[Source]:
    """Each feed once, where it was first seen."""
    return list({source.feed: source for source in reversed(item.sources)}.values())[::-1]


def _source(source: Source, item: IssueItem, frame: Frame) -> LinkView:
    url = web_url(source.url)
    return LinkView(text=frame.text(source.feed), url="" if url == web_url(item.url) else url)


def _follows(item: IssueItem, frame: Frame) -> LinkView | None:
    if item.follows is None:
        return None
    key = clean(item.follows.key)
    return LinkView(
        text=key, url=web_url(frame.links.item(key, item.follows.id)) or frame.links.item(key, item.follows.id)
    )
