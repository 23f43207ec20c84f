"""Render an issue with the templates into the texts of its files.

In: an issue, the trends, templates as text. Out: mail, text, Markdown, pages, feeds. Never does I/O or reads the clock.

Issue -> frame (the format's location and limits) -> view (words and links) -> template -> text
                                                                                     mail: styles inlined, size kept
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from digest.editorial.reading_budget import NOTED, RELEASES, SUMMARY_WORDS
from digest.model import Issue, Trend
from digest.render import mail
from digest.render.chat import announce
from digest.render.engine import Engine
from digest.render.issue import issue_view
from digest.render.links import (
    PREFERENCES_URL,
    UNSUBSCRIBE_URL,
    Links,
    beside_the_archive,
    in_the_archive,
    on_the_web,
    reference_files,
    references,
)
from digest.render.syndication import subject
from digest.render.view_models import (
    ClaimView,
    EditionView,
    Frame,
    IssueView,
    ItemView,
    LetterNote,
    Limits,
    SectionView,
)
from digest.text.clean import anchor
from digest.text.formatting import locale_of
from digest.text.words import using

__all__ = [
    "PREFERENCES_URL",
    "UNSUBSCRIBE_URL",
    "ClaimView",
    "IssueView",
    "ItemView",
    "SectionView",
    "anchor",
    "announce",
    "feed_content",
    "render",
    "render_letter",
    "render_mail",
    "subject",
    "view",
]

CLAIMS = 6  # of a section, that the web page shows

Writer = Callable[[str, Links, Limits], str]  # a template's name -> its text


def render(
    issue: Issue,
    *,
    templates: Mapping[str, str],
    baselines: Mapping[str, Trend],
    base_url: str,
    editions: tuple[EditionView, ...] = (),
) -> dict[str, str]:
    """The texts of the issue's files, except issue.json, by name.

    Args:
        issue: what to render.
        templates: the texts of the templates by name, with the workspace's own instead of the packaged ones.
        baselines: trend id -> trend.
        base_url: the URL of the archive; empty if it has none.
        editions: the other editions of the archive.

    Raises:
        ConfigError: a template is invalid; names it and the line.
    """
    web = on_the_web(base_url)
    near = beside_the_archive() if issue.state == "draft" else in_the_archive()
    write = _writer(issue, templates, baselines, web, editions=editions)
    with using(issue.language):
        html, text = _mail(write, web, issue.minutes)
        return {
            "email.html": html,
            "email.txt": text,
            "issue.md": write("issue.md.j2", web if base_url else near, Limits()),
            "index.html": write("index.html.j2", near, Limits(folded=True, claims=CLAIMS)),
            **reference_files(references(issue, web)),
        }


def render_mail(
    issue: Issue, *, templates: Mapping[str, str], baselines: Mapping[str, Trend], base_url: str
) -> tuple[str, str]:
    """Only the mail: its HTML and its text. The arguments are those of `render`."""
    web = on_the_web(base_url)
    with using(issue.language):
        return _mail(_writer(issue, templates, baselines, web), web, issue.minutes)


def render_letter(
    issue: Issue, *, note: LetterNote, templates: Mapping[str, str], baselines: Mapping[str, Trend], base_url: str
) -> tuple[str, str, str]:
    """A reader's own letter: its HTML, its text, and its web copy. The other arguments are those of `render`."""
    web = replace(on_the_web(base_url), own=issue.key, page=note.url)
    with using(issue.language):
        html, text = _mail(_writer(issue, templates, baselines, web, letter=note), web, issue.minutes)
        page = _writer(issue, templates, baselines, on_the_web(""), letter=note)
        return html, text, page("index.html.j2", web, Limits(folded=True, claims=CLAIMS)) if note.url else ""


def _mail(write: Writer, web: Links, minutes: float) -> tuple[str, str]:
    html, limits = mail.fit(lambda limits: write("email.html.j2", web, limits), minutes)
    return html, write("email.txt.j2", web, limits)


def _writer(
    issue: Issue,
    templates: Mapping[str, str],
    baselines: Mapping[str, Trend],
    web: Links,
    *,
    editions: tuple[EditionView, ...] = (),
    letter: LetterNote | None = None,
) -> Writer:
    engine = Engine(templates)
    locale = locale_of(issue.language)

    def write(name: str, links: Links, limits: Limits) -> str:
        frame = Frame(issue=issue, trends=baselines, links=links, limits=limits, locale=locale, public=web)
        frame = replace(frame, editions=editions, letter=letter)
        return engine.render(name, issue=issue_view(frame))

    return write


def feed_content(issue: Issue, *, templates: Mapping[str, str], baselines: Mapping[str, Trend], base_url: str) -> str:
    """The issue as the content of a syndication entry: plain markup with absolute links. The arguments are those of `render`."""
    web = on_the_web(base_url)
    with using(issue.language):
        return _writer(issue, templates, baselines, web)("site/entry.html.j2", web, Limits())


def view(issue: Issue, *, baselines: Mapping[str, Trend]) -> IssueView:
    """The issue in words, as a terminal lays it out: summaries as long as the mail's, as many titles of what is also noted."""
    limits = Limits(words=SUMMARY_WORDS, releases=RELEASES, titles=NOTED)
    nowhere = on_the_web("")
    locale = locale_of(issue.language)
    frame = Frame(issue=issue, trends=baselines, links=nowhere, limits=limits, locale=locale, public=nowhere)
    with using(issue.language):
        return issue_view(frame)
