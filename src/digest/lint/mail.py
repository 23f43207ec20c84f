"""Parse the files of an issue's mail into a `Mail`: tree, styles, links, text and headers, for the rules to inspect."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_string, policy
from email.message import EmailMessage
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Literal, cast

import tinycss2
from lxml import html as lxml_html
from lxml.html import HtmlElement

from digest.text.clean import readable

_VISIBLE = re.compile(r"\s+")
_BLANK = " \t\n\r\xa0\u034f\u200c"


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """One property of a style attribute or a rule; `value` is text, without `!important`."""

    name: str
    value: str
    important: bool
    line: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of a style block, with the at-rule around it (`media (max-width: 520px)`), which is empty without one."""

    at: str
    selector: str
    declarations: tuple[Declaration, ...]
    line: int


class Mail:
    """A rendered mail. `base_url` is the archive's address, empty where it has none."""

    def __init__(self, files: Mapping[str, str], base_url: str) -> None:
        self.html = files.get(HTML, "")
        self.text = files.get(TEXT, "")
        self.source = files.get(MESSAGE, "")
        self.base_url = base_url.rstrip("/")
        self._issue = files.get(ISSUE, "")

    @cached_property
    def tree(self) -> HtmlElement:
        return lxml_html.document_fromstring(self.html or "<html></html>")

    @cached_property
    def body(self) -> HtmlElement:
        found = self.tree.find("body")
        return self.tree if found is None else found

    @cached_property
    def elements(self) -> tuple[HtmlElement, ...]:
        """All elements of the body, in order."""
        return tuple(cast("HtmlElement", each) for each in self.body.iter() if isinstance(each.tag, str))

    @cached_property
    def speakers(self) -> tuple[HtmlElement, ...]:
        """The elements that contain text directly."""
        return tuple(
            each for each in self.elements if each.tag not in ("style", "script") and own_text(each).strip(_BLANK)
        )

    @cached_property
    def links(self) -> tuple[HtmlElement, ...]:
        return tuple(each for each in self.elements if each.tag == "a" and each.get("href") is not None)

    @cached_property
    def sheets(self) -> tuple[HtmlElement, ...]:
        return tuple(cast("HtmlElement", each) for each in self.tree.iter("style"))

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules of all style blocks."""
        return tuple(rule for sheet in self.sheets for rule in _rules(sheet.text or "", line_of(sheet)))

    @cached_property
    def message(self) -> EmailMessage | None:
        """The complete message, if the files contain one."""
        return message_from_string(self.source, policy=policy.default) if self.source else None

    @cached_property
    def told(self) -> str:
        """All texts in issue.json without white space. They come from feeds, not from templates."""
        return "".join(self._told)

    @cached_property
    def told_last(self) -> frozenset[str]:
        """The last two characters of each of these texts, which a template's own words may follow."""
        return frozenset(text[-2:] for text in self._told)

    @cached_property
    def _told(self) -> tuple[str, ...]:
        texts = _texts(json.loads(self._issue)) if self._issue else ()
        return tuple(squeezed(readable(text)) for text in texts)

    def line_at(self, place: int) -> int:
        """The line number of a position in the HTML."""
        return self.html.count("\n", 0, place) + 1


def line_of(element: HtmlElement) -> int:
    return int(element.sourceline or 0)


def words_of(element: HtmlElement) -> str:
    """An element's text on one line."""
    return _VISIBLE.sub(" ", "".join(element.itertext())).strip()


def own_text(element: HtmlElement) -> str:
    return (element.text or "") + "".join(child.tail or "" for child in element)


def squeezed(text: str) -> str:
    """A text without white space, so that wrapping does not matter."""
    return _VISIBLE.sub("", text)


def inline(element: HtmlElement) -> Mapping[str, str]:
    """The properties in an element's style attribute."""
    return _properties(element.get("style") or "")


@lru_cache(maxsize=512)  # as many as there are distinct declarations
def _properties(style: str) -> Mapping[str, str]:
    return MappingProxyType({one.name: one.value for one in inline_declarations(style)})


@lru_cache(maxsize=512)  # a mail has about forty distinct style attributes
def inline_declarations(style: str) -> tuple[Declaration, ...]:
    return _declarations(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True), 0)


def _declarations(nodes: list[Any], offset: int) -> tuple[Declaration, ...]:
    return tuple(
        Declaration(
            name=node.lower_name,
            value=tinycss2.serialize(node.value).strip(),
            important=node.important,
            line=node.source_line + offset,
        )
        for node in nodes
        if node.type == "declaration"
    )


def _rules(css: str, first_line: int, at: str = "") -> Iterator[Rule]:
    """The rules of a style sheet, including those inside at-rules. What cannot be parsed is a rule without a selector."""
    offset = first_line - 1
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        line = node.source_line + offset
        if node.type == "error":
            yield Rule(at=node.message, selector="", declarations=(), line=line)
        elif node.type == "at-rule" and node.content is not None:
            name = f"{node.lower_at_keyword} {tinycss2.serialize(node.prelude).strip()}".strip()
            yield Rule(at=name, selector="", declarations=(), line=line)
            yield from _nested(node.content, name, offset)
        elif node.type == "at-rule":
            yield Rule(at=node.lower_at_keyword, selector="", declarations=(), line=line)
        else:
            yield _rule(node, at, offset)


def _nested(content: list[Any], at: str, offset: int) -> Iterator[Rule]:
    for node in tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True):
        if node.type == "qualified-rule":
            yield _rule(node, at, offset)


def _rule(node: Any, at: str, offset: int) -> Rule:
    inner = tinycss2.parse_blocks_contents(node.content, skip_comments=True, skip_whitespace=True)
    return Rule(
        at=at,
        selector=tinycss2.serialize(node.prelude).strip(),
        declarations=_declarations(inner, offset),
        line=node.source_line + offset,
    )


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


Severity = Literal["error", "warning"]
HTML, TEXT, MESSAGE, ISSUE = "email.html", "email.txt", "email.eml", "issue.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One problem of a mail. `line` counts from 1; 0 means the whole file."""

    file: str
    line: int
    rule: str
    message: str
    remedy: str
    severity: Severity

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.rule}: {self.message}; {self.remedy}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """A problem, before the name of its rule is added."""

    message: str
    remedy: str
    line: int = 0
    file: str = HTML
    severity: Severity = "error"
