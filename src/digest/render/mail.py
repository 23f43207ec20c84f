"""Render an issue's HTML mail, with inlined styles and small enough for Gmail, and its text part.

Gmail cuts a mail at about 102 KB, measured after inlining. So the mail is first rendered complete and, if it exceeds `SOFT`, again
with less: no links beside each item to ask for more or less, shorter summaries, then fewer items. Inlining is slow and adds the same to short and long summaries, so that steps that
cannot be enough are skipped without inlining.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from digest.editorial.reading_budget import NOTED, RELEASES, SUMMARY_WORDS, listed
from digest.render.view_models import Limits

if TYPE_CHECKING:
    from premailer import Premailer

SOFT = 80_000  # bytes
CHARS = 300

_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_RULE = re.compile(r"^([^@{}<>:\n]+?)\s*(\{[^{}]*\})\n", re.MULTILINE)
_EMPTY = re.compile(r"@media[^{}]*\{\s*\}\n")
_CLASSES = re.compile(r'\sclass="([^"]*)"')
_STYLES = re.compile(r'\sstyle="[^"]*"')
_CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")

_WHOLE = Limits(words=SUMMARY_WORDS, releases=RELEASES, titles=NOTED, chars=CHARS, claims=1)
_STEPS = (
    _WHOLE,
    replace(_WHOLE, teaches=False),
    *(replace(_WHOLE, teaches=False, words=words, shrunk=True) for words in (30, 20, 12)),
    *(replace(_WHOLE, teaches=False, words=12, items=items, shrunk=True) for items in (4, 3, 2, 1)),
    replace(
        _WHOLE, teaches=False, words=0, items=1, releases=0, titles=0, chars=CHARS // 3, address=CHARS, shrunk=True
    ),
)
_INLINING: dict[str, Any] = {
    "strip_important": False,
    "allow_network": False,
    "disable_validation": True,
    "disable_leftover_css": True,
    "align_floating_images": False,
    "disable_basic_attributes": ["align", "valign", "width", "height"],
    "cssutils_logging_level": logging.CRITICAL,
}


def fit(write: Callable[[Limits], str], minutes: float) -> tuple[str, Limits]:
    """The first mail of at most `SOFT` bytes after inlining, and its limits; otherwise the smallest possible."""
    added = 0
    releases, titles = listed(minutes)
    for step in _STEPS:
        limits = replace(step, releases=min(step.releases or 0, releases), titles=min(step.titles or 0, titles))
        raw = write(limits)
        if limits.items is None and _size(raw) + added > SOFT:
            continue
        html = inline(raw)
        added = _size(html) - _size(raw)
        if _size(html) <= SOFT:
            break
    return html, limits


def _size(text: str) -> int:
    return len(text.encode())


def inline(html: str) -> str:
    """Inline the first style block into the elements. A block marked `ignore` is kept, for what cannot be inlined.

    Never accesses the network: style sheets are passed as text, and `Engine` refuses templates that load others.
    """
    inlined: str = _inliner()(html, **_INLINING).transform(pretty_print=False)
    classes = _classes(inlined)
    return _shortened(_STYLE.sub(lambda sheet: _without_unused(sheet[0], classes), inlined))


@cache
def _inliner() -> type["Premailer"]:
    """The inliner, which reads each style sheet once: the mails of one template have the same."""
    from premailer import Premailer  # noqa: PLC0415  (it takes a third of a second to import)

    class Inliner(Premailer):  # type: ignore[misc]
        def _parse_style_rules(self, css: str, index: int) -> tuple[list[object], list[object]]:
            return sheet(css, index)

    @lru_cache(maxsize=8)
    def sheet(css: str, index: int) -> tuple[list[object], list[object]]:
        rules: tuple[list[object], list[object]] = Premailer(html="", **_INLINING)._parse_style_rules(css, index)  # noqa: SLF001
        return rules

    return Inliner


def _classes(html: str) -> frozenset[str]:
    return frozenset(name for found in _CLASSES.findall(html) for name in found.split())


def _shortened(html: str) -> str:
    """The mail without spaces between inlined declarations, and without classes that no style block left in it names.

    Each item repeats both, so that they cost about as much as every tenth item.
    """
    named = {name for sheet in _STYLE.findall(html) for name in _CLASS.findall(sheet)}

    def kept(found: re.Match[str]) -> str:
        names = " ".join(name for name in found[1].split() if name in named)
        return f' class="{names}"' if names else ""

    return _STYLES.sub(lambda found: found[0].replace("; ", ";"), _CLASSES.sub(kept, html))


def _without_unused(css: str, classes: frozenset[str]) -> str:
    """A style block without rules for classes that the issue does not use, so that templates need no conditions for them."""

    def rule(found: re.Match[str]) -> str:
        selectors = [one.strip() for one in found[1].split(",")]
        kept = [one for one in selectors if all(name in classes for name in _CLASS.findall(one))]
        return f"{', '.join(kept)} {found[2]}\n" if kept else ""

    return _EMPTY.sub("", _RULE.sub(rule, css))
