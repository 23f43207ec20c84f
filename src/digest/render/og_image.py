"""Draw an issue's OpenGraph picture as PNG: title, key, the three lines, and its largest trends.

The fonts are packaged, so that an issue gives the same bytes on any machine. They cover Latin, Greek, Cyrillic and the Hangul
syllables of KS X 1001; a text with other letters is left out instead of drawn as boxes.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import TYPE_CHECKING

from digest.model import Issue
from digest.text import formatting
from digest.text.clean import clean, cut, readable
from digest.text.words import gettext, using

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

WIDTH, HEIGHT = 1200, 630
TRENDS, LINES = 4, 2
_EDGE, _BAR_LEFT, _BAR_RIGHT = 72, 640, 1040
_PAPER, _INK, _SOFT, _ACCENT, _TRACK = "#ffffff", "#1b1f24", "#57606a", "#0b5d78", "#e3e8ec"
_COLOURS = 32  # enough for smooth text, at a fifth of the size
Fonts = tuple[bytes, bytes, bytes]
_HANGUL = re.compile(r"[\u1100-\u11ff\u3001\u3002\u3008-\u3011\u3131-\u318e\uac00-\ud7a3]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Face:
    """A size and weight of text: one font for Hangul and one for all other letters, on the same baseline."""

    plain: "FreeTypeFont"
    hangul: "FreeTypeFont"

    def runs(self, text: str) -> Iterator[tuple[str, "FreeTypeFont"]]:
        """The text in parts, each with the font that draws it."""
        done = 0
        for found in _HANGUL.finditer(text):
            if found.start() > done:
                yield text[done : found.start()], self.plain
            yield found[0], self.hangul
            done = found.end()
        if done < len(text):
            yield text[done:], self.plain

    def width(self, text: str) -> float:
        return sum(font.getlength(part) for part, font in self.runs(text))

    def draws(self, text: str) -> bool:
        """Whether the fonts have all letters. A missing one looks the same as the font's placeholder glyph."""
        for part, font in self.runs(text):
            lacking = bytes(font.getmask("\uffff"))
            if any(bytes(font.getmask(char)) == lacking for char in set(part)):
                return False
        return True

    def draw(self, draw: "ImageDraw", at: tuple[float, float], text: str, fill: str) -> None:
        x, y = at
        baseline = y + self.plain.getmetrics()[0]
        for part, font in self.runs(text):
            draw.text((x, baseline), part, font=font, fill=fill, anchor="ls")
            x += font.getlength(part)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cover:
    """What a picture shows: a title, a line under it, the first of the three lines, and bars by the names of trends."""

    title: str
    dated: str
    lines: tuple[str, ...]
    bars: tuple[tuple[str, int], ...]


def cover(issue: Issue, fonts: Fonts) -> bytes:
    """The picture, with at most six lines of text and four bars. Most changes of a draft change nothing in it.

    Args:
        issue: the issue.
        fonts: three TrueType files: regular, bold, and one with Hangul.
    """
    return _known(content_of(issue), fonts)


def content_of(issue: Issue) -> Cover:
    """What the picture of an issue shows."""
    largest = sorted(issue.trends, key=lambda section: -section.pulse.count)[:TRENDS]
    with using(issue.language):
        dated = _dated(issue)
    return Cover(
        title=clean(issue.title),
        dated=dated,
        lines=tuple(readable(line.text) for line in issue.lines[:LINES]),
        bars=tuple((clean(section.name), section.pulse.count) for section in largest),
    )


@lru_cache(maxsize=32)
def _known(cover: Cover, fonts: Fonts) -> bytes:
    return drawn(cover, fonts)


def drawn(cover: Cover, fonts: Fonts) -> bytes:
    """Draw a picture, as PNG."""
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  (only who makes a picture pays for it)

    regular, bold, hangul = fonts

    def font(size: int, data: bytes = regular) -> _Face:
        plain, other = (
            ImageFont.truetype(BytesIO(one), size, layout_engine=ImageFont.Layout.BASIC) for one in (data, hangul)
        )
        return _Face(plain=plain, hangul=other)

    picture = Image.new("RGB", (WIDTH, HEIGHT), _PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, WIDTH, 14), fill=_ACCENT)
    y = _text(draw, (_EDGE, 62), cover.title, font(60, bold), _INK, rows=1)
    y = _text(draw, (_EDGE, y + 6), cover.dated, font(28), _SOFT, rows=1)
    for line in cover.lines:
        y = _text(draw, (_EDGE, y + 18), line, font(29), _INK, rows=2)
    _bars(draw, cover.bars, font(25))
    file = BytesIO()
    picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG")
    return file.getvalue()


def _dated(issue: Issue) -> str:
    shown = sum(1 for _ in issue.items(folded=False, noted=False))
    state = " · " + gettext("draft") if issue.state == "draft" else ""
    items, trends = formatting.count(shown, "item"), formatting.count(len(issue.trends), "trend")
    return gettext("%(issue)s · %(items)s in %(trends)s", issue=issue.key, items=items, trends=trends) + state


def _bars(draw: "ImageDraw", bars: Sequence[tuple[str, int]], face: _Face) -> None:
    """Draw the largest trends at the bottom of the picture, each with its count."""
    most = max((count for _, count in bars), default=0) or 1
    top = HEIGHT - 56 - 44 * len(bars)
    for row, (name, count) in enumerate(bars):
        y = top + 44 * row
        _text(draw, (_EDGE, y), name, face, _INK, rows=1, right=_BAR_LEFT - 24)
        draw.rectangle((_BAR_LEFT, y + 8, _BAR_RIGHT, y + 24), fill=_TRACK)
        end = _BAR_LEFT + (_BAR_RIGHT - _BAR_LEFT) * count // most
        draw.rectangle((_BAR_LEFT, y + 8, max(end, _BAR_LEFT + 2), y + 24), fill=_ACCENT)
        face.draw(draw, (_BAR_RIGHT + 20, y), f"{count:,}", _SOFT)


def _text(
    draw: "ImageDraw",
    at: tuple[int, int],
    text: str,
    face: _Face,
    fill: str,
    *,
    rows: int,
    right: int = WIDTH - _EDGE,
) -> int:
    """Draw a text in at most this many rows, and return the vertical position of its end."""
    if not face.draws(text):
        return at[1]
    x, y = at
    for line in _wrapped(text, rows, lambda part: face.width(part) <= right - x):
        face.draw(draw, (x, y), line, fill)
        y += round(1.3 * face.plain.size)
    return y


def _wrapped(text: str, rows: int, fits: Callable[[str], bool]) -> list[str]:
    """The text in rows of whole words that fit. The last one is cut with an ellipsis if necessary."""
    lines: list[str] = []
    left = text.split()
    while left and len(lines) < rows:
        if len(lines) == rows - 1:
            return [*lines, _cut_to(" ".join(left), fits)]
        size = next((size for size in range(len(left), 1, -1) if fits(" ".join(left[:size]))), 1)
        lines.append(_cut_to(" ".join(left[:size]), fits))
        left = left[size:]
    return lines


def _cut_to(text: str, fits: Callable[[str], bool]) -> str:
    """As much of the text as fits."""
    if fits(text):
        return text
    low, high = 1, len(text)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(cut(text, middle)) else (low, middle)
    return cut(text, low)
