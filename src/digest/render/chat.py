"""Announce an issue in a chat: the lead, the three lines, releases and what to read first, in the service's own markup and length."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from digest.model import Issue, IssueItem, Release
from digest.render.items import by_whom
from digest.render.links import on_the_web
from digest.render.markdown_text import markdown_url
from digest.text.clean import clean, cut, readable, web_url
from digest.text.words import gettext, using

Markup = Literal["markdown", "slack", "telegram"]
STORIES, RELEASES = 4, 5
CHARS = 200  # of a sentence
SPARE = 0.92  # of a length: what a service's own form adds to the text

# Angle brackets and @ would notify people (`<!channel>`, `@everyone`) and are replaced in every service.
_HARMLESS = {"<": "‹", ">": "›", "@": "@\u200b"}
_MARKS: Mapping[Markup, dict[str, str]] = {
    "markdown": {char: "\\" + char for char in "\\`*_[]~|"},
    # Slack knows no escapes: what could be markup is replaced.
    "slack": {"*": "∗", "`": "ˋ", "~": "∼", "_": "_\u200b", "[": "(", "]": ")"},
    # Telegram's Markdown knows escapes, but not in the text of a link.
    "telegram": {"*": "∗", "`": "ˋ", "_": "‗", "[": "(", "]": ")"},
}
_TABLES = {name: str.maketrans(_HARMLESS | marks) for name, marks in _MARKS.items()}


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """What a service can show. `length` is of one message, `titled` whether the title is counted in it."""

    service: str
    markup: Markup = "markdown"
    length: int = 2_000
    titled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Plan:
    """How much of an issue a message has."""

    stories: int
    releases: int
    lines: int
    sentence: bool


ANY = Chat(service="another service")
# From everything to the lead's title alone, in the order in which readers would miss it least.
_PLANS = (
    *(_Plan(stories=STORIES, releases=number, lines=3, sentence=True) for number in range(RELEASES, 1, -1)),
    *(_Plan(stories=number, releases=2, lines=3, sentence=True) for number in range(STORIES - 1, 0, -1)),
    *(_Plan(stories=1, releases=1, lines=number, sentence=True) for number in (2, 1, 0)),
    _Plan(stories=1, releases=1, lines=0, sentence=False),
    _Plan(stories=0, releases=0, lines=0, sentence=False),
)


def announce(issue: Issue, *, base_url: str, chat: Chat = ANY) -> tuple[str, str]:
    """The title and the text, as much of the issue as the service's message holds."""
    title = f"{clean(issue.title)} {issue.key}"
    room = int(chat.length * SPARE) - (len(title) + 2 if chat.titled else 0)
    with using(issue.language):
        texts = ("\n\n".join(_parts(issue, base_url, chat.markup, plan)) for plan in _PLANS)
        found = next((text for text in texts if len(text) <= room), "")
    return title, found


def _parts(issue: Issue, base_url: str, markup: Markup, plan: _Plan) -> Iterator[str]:
    items = issue.by_id()
    best = [items[id_] for id_ in issue.best if id_ in items]
    for lead in best[:1]:
        yield "\n".join(
            filter(None, (_linked(lead.title, lead.url, markup), _sentence(lead, markup) if plan.sentence else ""))
        )
    told = readable(_result(best[0])) if best and plan.sentence else ""
    lines = [_text(line.text, markup) for line in issue.lines if readable(line.text) not in told][: plan.lines]
    if lines:
        yield "\n".join(lines)
    yield from _listed(
        gettext("Releases"),
        [_release(one.release, items.get(one.id), markup) for one in islice(issue.releases, plan.releases)],
    )
    yield from _listed(
        gettext("Read first"), [_linked(item.title, item.url, markup) for item in best[1 : 1 + plan.stories]]
    )
    page = on_the_web(base_url).issue(issue.key)
    if page:
        whole = gettext("The whole issue")
        yield f"[{whole}]({markdown_url(page)})"


def _listed(heading: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"**{heading}**"
        yield "\n".join(f"- {line}" for line in lines)


def _release(release: Release, item: IssueItem | None, markup: Markup) -> str:
    """Its name, linked, with maker, size and licence where the text states them."""
    facts = ", ".join(filter(None, (release.maker, release.size, release.license)))
    name = _linked(release.name, item.url if item else "", markup)
    return f"{name} ({_text(facts, markup)})" if facts else name


def _sentence(item: IssueItem, markup: Markup) -> str:
    written = by_whom(item, "result") if item.result else by_whom(item, "summary", "lead")
    mark = f" ({_text(written, markup)})" if written else ""
    return _text(_result(item), markup) + mark


def _result(item: IssueItem) -> str:
    """A sentence that carries its result."""
    return item.result or item.brief or item.summary


def _linked(title: str, url: str, markup: Markup) -> str:
    address = web_url(url)
    return (
        f"[{_text(title, markup)}]({markdown_url(address).replace('&amp;', '&')})" if address else _text(title, markup)
    )


def _text(raw: str, markup: Markup) -> str:
    return cut(clean(raw), CHARS).translate(_TABLES[markup])
