"""A text as a feed gives it -> what of it is worth summarising: no navigation before it, no signature behind it. Plain text only."""

import re
from collections.abc import Callable

_HEAD_CHARS = 400  # in which a text's navigation stands
_HEADS = tuple(
    re.compile(rule)
    for rule in (
        r"<(?:iframe|script|style|object|noscript)\b[^>]*>(?:\s*</\w+>)?\s*",
        r"Authors?: .{1,300}?\bSummary: ",
        r"Your browser does not support the (?:audio|video) \w+\.?\s*",
        r"(?:[A-Z]{3,}(?: [A-Z]{3,})? ){2,}(?=[A-Z][a-z])",  # links in capitals, as above a release post
        r"(?i:what['’]?s (?:changed|new|fixed)|release notes?|full changelog|changelog|highlights?)\b[:.]?\s+(?=[A-Z\d*-])",
        r"(?i:released on) \d{4}-\d\d-\d\d\.\s*",
        r"v?\d+(?:\.\d+)+\S* \(\d{4}-\d\d-\d\d\)\s*",
        r"v?\d+(?:\.\d+)+\S*?\.{3}v?\d+(?:\.\d+)+\S*\s*",
        r"(?:Introduction|Overview|Background|Abstract|Summary|TL;?DR|Motivation|Table of [Cc]ontents)[:.]?\s+(?=[A-Z])",
        r"(?:Bug ?[Ff]ixes|Features|Enhancements|Improvements)[:.]?\s+(?=[A-Za-z])",
        r"(?:Listen to article|Share this (?:post|article)|\d+ min(?:ute)? read)\b[:.]?\s*",
    )
)
_TAILS = re.compile(
    r"\s*(?:The post .{1,300}? (?:first )?appeared (?:first )?on .{1,120}"
    r"|(?:Continue reading|Read more|Read the (?:full|rest)|Learn more|Keep reading|See the full)\b.{0,120}"
    r"|Full Changelog: \S+(?: \S+)?"
    r"|(?:Article|Comments) URL: .*"
    r"|POSTED IN:.{0,120}"
    r"|(?:Subscribe|Sign up) (?:to|for|now)\b.{0,160}"
    r"|\[?(?:…|\.\.\.)\]?|\[&#8230;\])\s*$",
    re.DOTALL,
)
_TAIL_CHARS = 600
_MARKS = re.compile(
    r"\s?\((?:#\d+|[0-9a-f]{7,40})\)|\b[A-Z][a-z]{2} \d{1,2}, \d\d:\d\d UTC\s|\bFull Changelog: \S+\s?|\s(?:by @[\w-]+ )?in (?:#\d+|https?://\S+/pull/\d+)\b"
)
_DASHES = re.compile(r"(?<=\s)---?(?=\s)|(?<=\w)---(?=\w)")


def worth_reading(text: str) -> str:
    """The text without what surrounds it on its page, and without the numbers of changes in release notes."""
    text = _MARKS.sub("", text.strip())
    text = _DASHES.sub("–", text)
    text = _until_still(text, _without_head)
    kept = _until_still(text, _without_tail)
    return kept if kept == text or kept.endswith((".", "!", "?", "…", "。")) else f"{kept} …" if kept else ""


def _until_still(text: str, step: Callable[[str], str]) -> str:
    while (after := step(text).strip()) != text:
        text = after
    return text


def _without_head(text: str) -> str:
    for rule in _HEADS:
        found = rule.match(text[:_HEAD_CHARS])
        if found:
            text = text[found.end() :]
    return text


def _without_tail(text: str) -> str:
    place = max(0, len(text) - _TAIL_CHARS)
    return text[:place] + _TAILS.sub("", text[place:])
