"""Give an item the texts that an issue shows of it, or fold it to its title."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.editorial.evidence_phrases import worded
from digest.editorial.hand import Hand
from digest.editorial.kinds import artefacts
from digest.editorial.release_facts import with_facts
from digest.editorial.release_words import tells_nothing
from digest.editorial.summary import BRIEF, FULL, one_sentence, summarise
from digest.editorial.telling import is_label
from digest.model import IssueItem, Label, Trend
from digest.text.sentences import split
from digest.text.words import gettext

SLOGAN = 10  # words
_CLOSES = re.compile(r"\s{0,3}(?:[.!?:…]|\n)")
_POINT = re.compile(r"^- |(?<=[.;]) - (?=[A-Z])")  # of a list in a post
_BROKEN = re.compile(r"\s0\.$")


def whole(
    item: IssueItem, text: str, trends: Mapping[str, Trend], hand: Hand, *, beside: Sequence[str] | None = None
) -> IssueItem:
    """The item with everything extracted from its text. Slow, so it is done only for items that may be shown.

    Args:
        item: as it is filed.
        text: of its source.
        trends: by id.
        hand: the editor's decisions.
        beside: of an item that releases something, the texts of the other items of its story.
    """
    labels = item.trends if item.by_terms else worded(item.trends, f"{item.title}\n{text}", trends)
    own = hand.summary(item.keys)
    if item.kind != "paper":
        text = without_title(text, item.title)
    full, brief = (summarise(text, title=item.title, words=words) for words in (FULL, BRIEF))
    if beside is not None and not own:
        full, brief = (
            with_facts(told, (text, *beside), title=item.title, words=words)
            for told, words in ((full, FULL), (brief, BRIEF))
        )
    result = one_sentence(own or text, title=item.title)
    if item.kind != "paper" and not own:
        full, brief, result = (_telling(told) for told in (full, brief, result))
    return replace(
        item,
        summary=own or full,
        brief=own or brief,
        result=result,
        artefacts=artefacts(text),
        trends=labels,
        because=_because(labels, item, trends),
    )


def without_title(text: str, title: str) -> str:
    """A text without the title that it begins with, once or several times. Of a sentence that goes on behind the title, nothing is taken."""
    name = title.strip().rstrip(".!?:…")
    closed = len(title.strip()) > len(name)
    rest, times = text.lstrip(), 0
    while name and rest.casefold().startswith(name.casefold()):
        behind = rest[len(name) :]
        closed = closed or _CLOSES.match(behind) is not None
        rest, times = behind.lstrip(" .!?:…\n-–—•*"), times + 1
    return rest if rest and (times > 1 or (times and closed)) else text


def _telling(summary: str) -> str:
    """The summary of a post, without a sentence of which a feed's table leaves only the beginning; empty if it is a slogan or a label."""
    kept = " ".join(one for one in split(summary) if not _BROKEN.search(one))
    return (
        "" if is_label(kept) or (len(kept.split()) <= SLOGAN and tells_nothing(kept)) else _POINT.sub(" ", kept).strip()
    )


def _because(labels: Sequence[Label], item: IssueItem, trends: Mapping[str, Trend]) -> str:
    """The words that decided the item's trend, if they explain it, and the other feeds that have it."""
    explained = labels[:2] if labels and labels[0].evidence else ()
    reasons = [f"{trends[label.id].name}: {', '.join(label.evidence[:3])}" for label in explained if label.evidence]
    others = list(dict.fromkeys(source.feed for source in item.sources))[1:]
    if others:
        reasons.append(gettext("also in %(feeds)s", feeds=", ".join(others[:3])))
    return "; ".join(reasons)


def fold(item: IssueItem) -> IssueItem:
    """A folded item, with the fields that an issue keeps of it."""
    labels = tuple(replace(label, evidence=()) for label in item.trends)
    return IssueItem(
        id=item.id,
        title=item.title,
        url=item.url,
        authors=item.authors,
        kind=item.kind,
        trends=labels,
        aliases=item.aliases,
        follows=item.follows,
    )
