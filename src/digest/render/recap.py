"""Put a recap into words, and format it as Markdown."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import starmap
from zoneinfo import ZoneInfo

from digest.editorial.recap import Movement, Recap, Story
from digest.render.items import authors_line, by_whom
from digest.render.markdown_text import markdown_text, markdown_url
from digest.text import formatting
from digest.text.clean import clean, readable, shorten, web_url
from digest.text.words import gettext

SUMMARY_WORDS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class StoryView:
    title: str
    url: str
    about: str  # trend, authors, issue
    summary: str
    written: str  # who wrote the summary, if a language model did


@dataclass(frozen=True, kw_only=True, slots=True)
class MovementView:
    name: str
    mark: str  # ▲ ▼ ▲▼ · or, without a history, nothing
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecapView:
    title: str
    span: str
    told: str  # the number of entries, and of issues
    stories: tuple[StoryView, ...]
    moved: tuple[MovementView, ...]
    usual: tuple[MovementView, ...]  # as usual, or without a history

    @property
    def headed(self) -> tuple[tuple[str, tuple[MovementView, ...]], ...]:
        """The trends under their headings, empty ones left out."""
        others = gettext("The other trends") if self.moved else gettext("Trends")
        headed = ((gettext("What moved"), self.moved), (others, self.usual))
        return tuple((heading, rows) for heading, rows in headed if rows)


def recap_view(recap: Recap, *, title: str, language: str, zone: ZoneInfo) -> RecapView:
    """The view of a recap."""
    names = {one.id: clean(one.name) for one in recap.trends}
    views = [(one, _movement(one)) for one in recap.trends]
    issues = formatting.count(len(recap.keys), "issue")
    span = (
        gettext("%(first)s to %(last)s", first=recap.keys[-1], last=recap.keys[0]) if recap.keys[1:] else recap.keys[0]
    )
    return RecapView(
        title=clean(title),
        span=formatting.span(recap.window, zone, formatting.locale_of(language)),
        told=gettext(
            "%(items)s in %(issues)s, %(span)s", items=formatting.count(recap.items, "item"), issues=issues, span=span
        ),
        stories=tuple(_story(story, names) for story in recap.stories),
        moved=tuple(view for one, view in views if one.more or one.less),
        usual=tuple(view for one, view in views if not (one.more or one.less)),
    )


def recap_markdown(view: RecapView) -> str:
    """The recap as a Markdown page."""
    parts = [
        "# " + gettext("%(title)s: what you missed", title=markdown_text(view.title)),
        f"{markdown_text(view.span)} · {view.told}",
    ]
    if view.stories:
        parts += ["## " + gettext("Best stories"), "\n".join(starmap(_markdown_story, enumerate(view.stories, 1)))]
    for heading, rows in view.headed:
        parts += [f"## {heading}", "\n".join(f"- {markdown_text(one.name)}: {one.words}" for one in rows)]
    return "\n\n".join(parts) + "\n"


def _markdown_story(number: int, story: StoryView) -> str:
    title = markdown_text(story.title)
    lines = [f"[{title}]({markdown_url(story.url)})" if story.url else title, markdown_text(story.about)]
    if story.summary:
        lines.append(markdown_text(story.summary) + (f" *{markdown_text(story.written)}*" if story.written else ""))
    lead = f"{number}. "
    return lead + f"  \n{' ' * len(lead)}".join(lines)


def _story(story: Story, names: Mapping[str, str]) -> StoryView:
    item = story.item
    return StoryView(
        title=readable(item.title) or web_url(item.url) or gettext("Untitled"),
        url=web_url(item.url),
        about=" · ".join(filter(None, (names[story.trend], authors_line(item.authors), story.key))),
        summary=shorten(readable(item.brief or item.summary), SUMMARY_WORDS),
        written=by_whom(item, "summary", "lead"),
    )


def _movement(one: Movement) -> MovementView:
    """`42 items; 30 expected; more than usual in 2026-W46`; `60 items; 42 against 30 expected` where not all could be compared."""
    parts = [formatting.count(one.count, "item")]
    if one.expected is not None:
        expected = formatting.number(round(one.expected, 1 if one.expected < 10 else None))
        compared = formatting.number(one.compared)
        parts.append(
            gettext("%(number)s expected", number=expected)
            if one.compared == one.count
            else gettext("%(compared)s against %(number)s expected", compared=compared, number=expected)
        )
        parts += [gettext("more than usual in %(issues)s", issues=formatting.listed(one.more))] if one.more else []
        parts += [gettext("less than usual in %(issues)s", issues=formatting.listed(one.less))] if one.less else []
        parts += [] if one.more or one.less else [gettext("as usual")]
    mark = "▲" * bool(one.more) + "▼" * bool(one.less) or ("" if one.expected is None else "·")
    return MovementView(name=clean(one.name), mark=mark, words="; ".join(parts))
