"""Compute a candidate's worth to the reader, part by part."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import log2

from digest.editorial import versions
from digest.editorial.candidates import Candidate
from digest.editorial.kinds import VERSION, family
from digest.editorial.release_words import is_elsewhere, is_invitation, is_notice
from digest.editorial.signals import worth as worth_of
from digest.editorial.telling import adds_nothing, is_of_another_field, told
from digest.model import Issue, IssueItem, ItemSignal, Label, Trend, Window

# The unit is one plain item from a feed of weight 1. docs/notebook/story.md has the measured effect of each weight.
CORROBORATION = 0.5  # a second independent voice, the strongest sign without votes; a third adds less
LATE = 0.5  # the value of a voice a week after the first, when everyone has read about it
YIELD = 0.2  # a feed all of whose items fit, compared with one whose items rarely fit
FIT = 0.2  # a clear case of a trend compared with a doubtful one
INTEREST = 1.1  # per unit of log-odds; the best tenth of a week's papers is about one above the ordinary one
RELEASE = 0.5  # something that readers can use today
NEW_MODEL = 1.5  # a numbered model of a known family, announced by its maker: above all but the best papers of a week
OPEN_WEIGHTS = 0.3  # of a new model
HEARSAY = 0.5  # the share of a release's worth if neither its maker nor a second voice announces it
NOVELTY = 0.25  # a title with only new words; an editor's picks had 10 % new words, other papers 7 %
FOLLOW_UP = -0.2  # the reader knows the story already
RECENCY = 0.1  # only to order otherwise equal items
SUMMARY = 0.2  # a title alone says little
BAR = 3.5  # of 17 papers that were shown with less in three weeks of June 2026, one was worth a reader's time; a plain one has about 1.5
FIELD = -1.0  # a paper for the readers of another field first
UNTOLD = -0.5  # a paper whose abstract tells no result
UNSURE = -1.5  # one whose authors call its result undecided, however many vote for it
SLIGHT = -0.3  # one that tells only a small gain
# The following are of posts, news and releases.
NOTICE = -3.0  # a notice to customers: another platform, a feature of a product, an app, an event
PATCH = -2.0  # a patch or a pre-release of software
TITLE_ONLY = -1.0  # no text, or one that adds nothing to the title
SAME_FEED = -1.0  # one of many of a feed
SUPERSEDED = -NEW_MODEL  # a model of which a newer version is announced in the same window
LAST = ("notice", "patch", "same feed")  # the parts of what comes after everything else, in this order from the last

_WEEK = timedelta(days=7)
_WORD = re.compile(r"[^\W\d_][\w-]{3,}")
_NUMBERED = re.compile(VERSION)
_REPORT = re.compile(r"\b(?:technical report|(?:model|system) card)\b", re.IGNORECASE)
SPECIAL = re.compile(  # in the names of models that read or write little text
    r"(?<![a-z])(?:image|video|ocr|speech|audio|voice|tts|asr|music|embed(?:ding)?s?|rerank(?:er)?|guard|robot(?:ics)?|translate)(?![a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Background:
    """What is known about feeds and words from earlier issues.

    `yields` is the share of each feed's items that had a trend; `words` are those of all published titles and of the baselines.
    """

    yields: Mapping[str, float] = field(default_factory=dict)
    words: frozenset[str] = frozenset()


UNKNOWN = Background()


def parts(
    candidate: Candidate,
    label: Label | None,
    window: Window,
    *,
    interest: float = 0.0,
    signals: Sequence[ItemSignal] = (),
    background: Background = UNKNOWN,
) -> dict[str, float]:
    """The parts of an item's worth, by name; their sum is its score.

    Args:
        candidate: the item or story.
        label: the label of its first trend; None if it has none.
        window: the window, for its age.
        interest: the log-odds that an editor picks it, estimated from its words.
        signals: what feeds say of others' interest in it.
        background: what is known from earlier issues.
    """
    weight = max((feed.weight for feed in candidate.feeds), default=1.0)
    age = window.end - (candidate.published or candidate.first_seen)
    worth = {
        "source": weight,
        "yield": YIELD * max((background.yields.get(feed.name, 0.5) for feed in candidate.feeds), default=0.5),
        "corroboration": weight * CORROBORATION * _corroboration([voice.heard for voice in candidate.voices]),
        "fit": FIT * (label.score if label else 0.0),
        "interest": INTEREST * interest,
        **dict(worth_of(signals)),
        "release": _release(candidate),
        "novelty": NOVELTY * _new_words(candidate.title, background),
        "follow-up": FOLLOW_UP if candidate.follows else 0.0,
        "recency": RECENCY * max(0.0, 1.0 - age / timedelta(days=30)),
        "summary": SUMMARY if candidate.summary else 0.0,
        **_drawbacks(candidate),
    }
    return {name: round(part, 4) for name, part in worth.items()}


def _release(candidate: Candidate) -> float:
    """The worth of a release: highest for a new model of a known family, announced first-hand or by two voices."""
    release = candidate.release
    if release is None or is_patch(candidate):
        return 0.0
    if is_elsewhere(candidate.title) or release.beyond_language or _is_empty_report(candidate):
        return RELEASE
    new_model = bool(family(release.name)) and _NUMBERED.search(release.name) is not None
    worth = RELEASE + new_model * (NEW_MODEL + OPEN_WEIGHTS * (release.weights == "open"))
    sure = candidate.on_topic or len(candidate.voices) > 1 or candidate.kind == "paper"
    return worth if sure else HEARSAY * worth


def _drawbacks(candidate: Candidate) -> dict[str, float]:
    """What an item loses that is about another field, a paper that tells no result that matters, and a post that tells nothing or only serves customers.

    A paper that releases a model needs no result, unless it is a report on the model without one.
    """
    beyond = candidate.release is not None and candidate.release.beyond_language
    if candidate.kind != "paper":
        return {
            "field": FIELD if beyond else 0.0,
            "notice": NOTICE if _is_notice(candidate) else 0.0,
            "patch": PATCH if is_patch(candidate) else 0.0,
            "title only": TITLE_ONLY if _is_title_only(candidate) else 0.0,
        }
    if candidate.release is not None:
        return {"field": FIELD if beyond else 0.0, "result": UNTOLD if _is_empty_report(candidate) else 0.0}
    results = {"result": 0.0, "slight": SLIGHT, "unsure": UNSURE, "": UNTOLD}
    return {
        "field": FIELD if is_of_another_field(candidate.title, candidate.summary) else 0.0,
        "result": results[told(candidate.summary)] if candidate.summary else 0.0,
    }


def is_patch(candidate: Candidate) -> bool:
    """Whether it is a patch or a pre-release of software."""
    return candidate.is_software and candidate.release is not None and versions.is_patch(candidate.release.name)


def _is_notice(candidate: Candidate) -> bool:
    if _release(candidate) >= NEW_MODEL:
        return False
    return is_notice(candidate.title) or (candidate.kind == "post" and is_invitation(candidate.summary))


def _is_title_only(candidate: Candidate) -> bool:
    """Whether its text tells no more than its title, which does not name a new model that its maker or two voices announce."""
    return _release(candidate) < RELEASE + NEW_MODEL and adds_nothing(candidate.title, candidate.summary)


def _is_empty_report(candidate: Candidate) -> bool:
    """Whether a paper is a report on a model without a single result: an advertisement, however large the model."""
    report = candidate.kind == "paper" and _REPORT.search(candidate.title) is not None
    return report and not told(candidate.summary)


def is_beyond(item: IssueItem) -> bool:
    """Whether an item is for the readers of another field first. What the editor chose and what is watched is not."""
    return item.parts.get("field", 0.0) < 0 and not (item.edited or item.watched)


def comes_last(item: IssueItem) -> str:
    """Why an item comes after all others: the part of its worth that says so; empty if it does not. What the editor chose and what is watched does not."""
    if item.kind == "paper" or item.edited or item.watched:
        return ""
    notice = is_notice(item.title) and item.parts.get("release", 0.0) < NEW_MODEL  # in an issue without this part, too
    return "notice" if notice else next((name for name in LAST if item.parts.get(name, 0.0) < 0), "")


def is_title_only(item: IssueItem) -> bool:
    """Whether the text of an item tells no more than its title. What the editor chose and what is watched is not judged."""
    return item.parts.get("title only", 0.0) < 0 and not (item.edited or item.watched)


def reaches(item: IssueItem, bar: float) -> bool:
    """Whether an item may be worth a reader's time: a paper must reach the bar, and a release must be about language.

    What the editor chose and what is watched always does.
    """
    if comes_last(item) or (is_beyond(item) and "release" in item.parts):
        return False
    return item.kind != "paper" or bool(item.edited or item.watched) or item.score >= bar


def is_telling(item: IssueItem, bar: float = BAR) -> bool:
    """Whether an item with its texts is worth a reader's time: it reaches the bar, and a paper releases something or tells a result that matters."""
    if not reaches(item, bar):
        return False
    releases = item.parts.get("release", 0.0) > 0 and "result" not in item.parts
    exempt = item.kind != "paper" or item.edited or item.watched or releases
    return bool(exempt) or told(item.brief or item.summary) == "result"


def work(item: IssueItem) -> float:
    """What an item is worth where its title stands alone: neither what its abstract tells matters there, nor what stands beside it."""
    return item.score - sum(item.parts.get(name, 0.0) for name in ("result", "title only", "diversity"))


def title_words(text: str) -> frozenset[str]:
    """The words of a text that count for novelty: at least four letters, in lower case."""
    return frozenset(_WORD.findall(text.casefold()))


def _corroboration(heard: list[datetime]) -> float:
    """A measure of further voices and how soon they came: 1 for a second one at once, 1.6 for two."""
    if len(heard) < 2:
        return 0.0
    first, *others = sorted(heard)
    soon = sum(1.0 - (1.0 - LATE) * min(1.0, (one - first) / _WEEK) for one in others) / len(others)
    return soon * log2(1 + len(others))


def _new_words(title: str, background: Background) -> float:
    """The share of a title's words that are not in any earlier title or baseline; 0 without earlier issues."""
    words = title_words(title)
    return len(words - background.words) / len(words) if words and background.words else 0.0


def background(past: Sequence[Issue], trends: Iterable[Trend] = ()) -> Background:
    """Each feed's yield in past issues, and the words of their titles and of the baselines; empty without past issues."""
    if not past:
        return UNKNOWN
    brought: Counter[str] = Counter()
    filed: Counter[str] = Counter()
    for issue in past:
        brought.update({feed.name: feed.new for feed in issue.feeds})
        for feed, counts in issue.tally.items():
            filed[feed] += sum(count for trend, count in counts.items() if trend)
    # Starts at one of two, so that a feed's first few items do not decide its worth.
    yields = {feed: (min(filed[feed], new) + 1) / (new + 2) for feed, new in brought.items()}
    titles = " ".join(item.title for issue in past for item in issue.items())
    return Background(yields=yields, words=title_words(" ".join([titles, *(trend.body for trend in trends)])))
