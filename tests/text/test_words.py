"""What readers are told comes from the catalogues, whole and in every language that is shipped."""

import ast
import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.checkers import python_format
from scripts import messages

from digest.render import render, view
from digest.text import words
from digest.text.formatting import count, listed, number
from support import pseudo, specimens
from support.running import ROOT

SHIPPED = sorted(messages.LANGUAGES.glob("*/messages.po"))
_PLACEHOLDER = re.compile(r"%\(\w+\)s|%%|\{\w+\}")


@pytest.fixture
def pretended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The pseudo-language, as if it were shipped."""
    pseudo.write(tmp_path)
    monkeypatch.setattr(words, "_LANGUAGES", tmp_path)
    words._read.cache_clear()
    yield
    words._read.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("pretended")
@pytest.mark.parametrize("name", ["email.html", "email.txt", "issue.md", "index.html"])
def test_no_word_of_an_issue_misses_the_catalogue(name: str) -> None:
    """Rendered in a language without Latin letters, an issue has none that a source did not write."""
    trends = {id_: replace(trend, name=pseudo.hidden(trend.name)) for id_, trend in specimens.trends_of().items()}
    issue = pseudo.disguised(specimens.issue())
    made = render(issue, templates=specimens.templates(), baselines=trends, base_url="https://digest.example.org")
    assert _latin(made[name]) == []


@pytest.mark.slow
@pytest.mark.usefixtures("pretended")
def test_the_terminal_misses_none_either() -> None:
    shown = view(pseudo.disguised(specimens.issue()), baselines={})
    assert _latin(f"{shown.in_lines} {shown.period} {shown.minutes} {shown.accuracy} {shown.receipt}") == []


def _latin(page: str) -> list[str]:
    """Words in Latin letters that a reader sees or hears, but for addresses, keys of issues and a proper name."""
    page = re.sub(r"<span class=\"Z3988\"[^>]*>", " ", page)  # for reference managers
    heard = " ".join(re.findall(r'(?:aria-label|title|alt|placeholder|data-label)="([^"]*)"', page))
    body = re.sub(r"<[^<>]*>", " ", re.sub(r"(?s)<(style|script|title)\b.*?</\1>|<!--.*?-->", " ", page))
    seen = re.sub(r"https?://\S+|\]\([^)]*\)|\b2026-W\d\d\b|\bW\d\d\b|\bAPI\b", " ", html.unescape(body + heard))
    return sorted(set(re.findall(r"[A-Za-z]{2,}", seen)))


def test_a_language_without_a_catalogue_is_spoken_to_in_english() -> None:
    with words.using("de"):
        assert (words.language(), count(2, "item")) == ("en", "2 items")


def test_numbers_lists_and_plurals_are_those_of_english_by_default() -> None:
    assert (number(12345), number(0.5), listed(["a", "b", "c"]), count(0, "item"), count(1, "entry", "entries")) == (
        "12\u202f345",
        "0.5",
        "a, b and c",
        "no items",
        "one entry",
    )


def test_a_noun_outside_the_catalogue_counts_in_english() -> None:
    assert (count(2, "error"), count(1, "box", "boxes"), count(3, "box", "boxes")) == ("2 errors", "one box", "3 boxes")


def test_no_message_is_within_an_f_string() -> None:
    """Before Python 3.12, its parts are no tokens, so the message would be in no catalogue."""
    places = [
        f"{file.relative_to(ROOT)}:{call.lineno}"
        for file in sorted((ROOT / "src").rglob("*.py"))
        if "gettext(" in (source := file.read_text())
        for text in ast.walk(ast.parse(source))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "gettext" and isinstance(call.args[0], ast.Constant)
    ]
    assert places == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_shipped_catalogue_is_whole(path: Path) -> None:
    """Run `make messages`, then translate what it lists."""
    catalogue = messages.read(path)
    known = {(message.context, message.id) for message in catalogue if message.id}
    assert {(message.context, message.id) for message in messages.extracted() if message.id} - known == set()
    assert [message.id for message in messages.untranslated(catalogue)] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_translation_has_the_values_of_its_message(path: Path) -> None:
    catalogue = messages.read(path)
    for message in catalogue:
        if message.id:
            python_format(catalogue, message)
    assert [message.id for message in catalogue if message.id and not _same_values(message)] == []


def _same_values(message: Message) -> bool:
    values = sorted(_PLACEHOLDER.findall(messages.forms(message.id)[-1]))
    return all(sorted(_PLACEHOLDER.findall(each)) == values for each in messages.forms(message.string))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)
def test_a_compiled_catalogue_is_that_of_its_source(path: Path) -> None:
    """Run `make messages`."""
    assert path.with_suffix(".mo").read_bytes() == messages.as_mo(messages.read(path))
