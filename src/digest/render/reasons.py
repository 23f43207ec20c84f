"""Tell readers a reason: why a feed is in trouble, why a model left a text as it was, how an item stands to a claim, why it is in a trend.

In: the reason as the archive keeps it, in English, or the evidence of a label. Out: the same in the language in use. A reason that fits no
message, such as the words of a server, stays as it is.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from digest.model import IssueItem, Stance, Touch
from digest.render.view_models import Frame, ReasonView
from digest.text.words import N_, gettext

TRENDS = 2  # whose words explain an item
WORDS = 2  # of each
_LETTERS = re.compile(r"\w+")
MESSAGES = (
    N_("answered %(status)s"),
    N_("answered 410: the feed is permanently gone"),
    N_("answered 404 for %(days)s days: the feed is considered permanently gone"),
    N_("permanently gone"),
    N_("no complete answer within %(seconds)s seconds"),
    N_("is larger than %(size)s MB"),
    N_("is larger than %(size)s bytes"),
    N_("its certificate is not valid: %(cause)s"),
    N_("no secure connection (%(error)s)"),
    N_("its host name cannot be resolved at the moment"),
    N_("its host does not exist"),
    N_("its host cannot be reached"),
    N_("the host refused the connection"),
    N_("its URL, or the one that it redirects to, is invalid"),
    N_("was redirected more than %(times)s times"),
    N_("not asked: %(host)s answered 429 Too Many Requests to another feed"),
    N_("cannot be asked (%(error)s)"),
    N_("cannot be read (%(error)s)"),
    N_("no such file in the workspace"),
    N_("is outside the workspace"),
    N_("a web page, not a feed"),
    N_("a list of feeds, not a feed"),
    N_("a sitemap, not a feed"),
    N_("JSON, but not a JSON Feed"),
    N_("not a feed in a known format"),
    N_("an empty document"),
    N_("broken XML, cut off or damaged"),
    N_("broken JSON (%(cause)s)"),
    N_("the document is cut off before its first entry ends"),
    N_("the document cannot be read (%(error)s)"),
    N_("the document is nested too deeply to be read"),
    N_("the document needs more memory than is allowed"),
    N_("the document is cut off"),
    N_("the document took more than %(seconds)s seconds to read"),
    N_("the process that read the document died (exit code %(code)s)"),
    N_("%(host)s is an address of this machine or a private network"),
    N_("was redirected to %(place)s, which is not on the web"),
    N_("one of its tags is longer than 200,000 characters"),
    N_("not well-formed (%(cause)s)"),
    N_("arXiv's API answered an error: %(cause)s"),
    N_("OAI-PMH answered an error: %(cause)s"),
    N_("the feed contains no entries"),
    N_("its archive came again: %(flooded)s of %(entries)s entries under new ids or addresses"),
    N_("looks like another feed: %(strange)s of %(entries)s entries lead to hosts new to it"),
    N_("looks like another feed: calls itself “%(title)s”, before “%(before)s”"),
    N_("looks like another feed: none of its %(entries)s entries was there before"),
    N_("dates are invented: %(dated)s of %(entries)s items restamped"),
    N_("%(new)s new in %(days)s days of a usual %(usual)s: part of it is missing"),
    N_("%(new)s new in %(days)s days of a usual %(usual)s: looks stale"),
    N_("%(new)s new of a usual %(usual)s: looks stale"),
    N_("its document is empty, with usually %(entries)s entries"),
    N_("%(entries)s entries of a usual %(usual)s: part of it is missing"),
    N_("the same document for %(days)s days, usually a new one daily"),
    N_("the same document for %(days)s days, usually a new one every %(every)s"),
    N_("silent for %(days)s days, usually daily"),
    N_("silent for %(days)s days, usually every %(every)s"),
    N_("failed"),
    N_("gone"),
    N_("the gate refused it"),
    N_("the model was refused too often; only near copies stand"),
    N_("the gate reads English only"),
    N_("the issue’s purse is spent"),
    N_("the month’s purse is spent"),
    N_("the time for the model was over"),
    N_("the model was not set up where this issue was made"),
    N_(
        "micro-F1 %(f1)s (%(low)s-%(high)s) on %(texts)s check texts: refused, because the upper end is below %(needed)s"
    ),
    N_("the server’s answer is much longer than was asked for"),
    N_("the model did not answer in the form that was asked for"),
    N_("the model answered nothing"),
    N_("the server answered %(status)s"),
    N_("the server did not answer in time"),
    N_("the server could not be reached, or broke off"),
    N_("the server’s answer could not be read"),
    N_("the server’s answer is no chat completion"),
    N_("there was no time left"),
    N_("%(number)s failures in a row: %(cause)s"),
)
_VALUE = re.compile(r"%\\\((\w+)\\\)s")
_FOR_OPERATOR = re.compile(r"; .*", re.DOTALL)
SAID: tuple[Stance, ...] = ("disputes", "dates", "extends")
_BY_NUMBERS: Mapping[Stance, str] = {
    "extends": N_("extends it: %(theirs)s, where the claim states %(ours)s: “%(sentence)s”"),
    "disputes": N_("disputes it: %(theirs)s, where the claim states %(ours)s: “%(sentence)s”"),
    "dates": N_("makes it out of date: %(theirs)s, where the claim states %(ours)s: “%(sentence)s”"),
}
_BY_EDITOR: Mapping[Stance, str] = {
    "extends": N_("extends it, in the editor’s judgement"),
    "disputes": N_("disputes it, in the editor’s judgement"),
    "dates": N_("makes it out of date, in the editor’s judgement"),
}
_BY_MODEL: Mapping[Stance, str] = {
    "extends": N_("seems to extend it, in a language model’s judgement: “%(sentence)s”"),
    "disputes": N_("seems to dispute it, in a language model’s judgement: “%(sentence)s”"),
    "dates": N_("seems to make it out of date, in a language model’s judgement: “%(sentence)s”"),
}
_COUNTED: Mapping[Stance, str] = {
    "extends": N_("extended by %(items)s"),
    "disputes": N_("disputed by %(items)s"),
    "dates": N_("made out of date by %(items)s"),
    "": N_("%(items)s bearing on it"),
}


def said(reason: str) -> str:
    """The reason in the language in use, without what follows its first semicolon, which is for the operator."""
    reason = _FOR_OPERATOR.sub("", reason)
    for message, form in _forms():
        if found := form.fullmatch(reason):
            values = found.groupdict()
            if "cause" in values:
                values["cause"] = said(values["cause"])
            return gettext(message, **values) if values else gettext(message)
    return reason


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each message with the expression that finds its values in a reason; longer ones first, which say more."""
    forms = [(message, re.compile(_VALUE.sub(r"(?P<\1>.+)", re.escape(message)))) for message in MESSAGES]
    return tuple(sorted(forms, key=lambda form: -len(form[0])))


def stance_words(touch: Touch, text: Callable[[str], str]) -> str:
    """`extends it: 72 % on OSWorld, where the claim states 38 % on OSWorld: “…”`; empty if it only bears on the claim.

    Args:
        touch: the item's touch.
        text: makes a text from a feed fit to be shown.
    """
    if touch.stance not in SAID:
        return ""
    if touch.by == "editor":
        return gettext(_BY_EDITOR[touch.stance])
    if touch.by == "rule":
        ours, theirs = touch.values
        return gettext(_BY_NUMBERS[touch.stance], theirs=text(theirs), ours=text(ours), sentence=text(touch.sentence))
    return gettext(_BY_MODEL[touch.stance], sentence=text(touch.sentence))


def counted(stance: Stance, items: str) -> str:
    """`disputed by 2 items`."""
    return gettext(_COUNTED[stance], items=items)


def reasons_of(item: IssueItem, shown: str, frame: Frame) -> tuple[ReasonView, ...]:
    """The words that explain an item's trends and that nothing shown contains; for the web page, which has room for them."""
    if "moved" in item.edited or not frame.limits.folded:
        return ()
    reasons = []
    for place, label in enumerate(item.trends[:TRENDS]):
        trend = frame.trend_name(label.id)
        told_already = f"{item.title} {shown} {trend}" if place == 0 else item.title
        known = _stems(told_already)
        words = tuple(word for word in _words(label.evidence, frame) if not _stems(word) <= known)[:WORDS]
        reasons.append(ReasonView(trend=trend, words=words, here=place == 0))
    return tuple(reason for reason in reasons if reason.words)


def _stems(text: str) -> set[str]:
    """The words of a text, one spelling for singular and plural."""
    return {word.removesuffix("s") for word in _LETTERS.findall(text.casefold())}


def _words(evidence: tuple[str, ...], frame: Frame) -> tuple[str, ...]:
    """The evidence without repetitions: `agent` is left out beside `coding agents`."""
    by_fold = {word.casefold(): word for word in map(frame.text, reversed(evidence)) if word}
    kept = [word for low, word in by_fold.items() if not any(low in other for other in by_fold if other != low)]
    return tuple(kept[::-1])


def because(reasons: tuple[ReasonView, ...]) -> str:
    """`Filed here for tool use, planning; also fits Efficiency (cache)`."""
    text = "; ".join(map(_reason, reasons))
    return text[:1].upper() + text[1:]


def _reason(reason: ReasonView) -> str:
    words = ", ".join(reason.words)
    if reason.here:
        return gettext("filed here for %(words)s", words=words)
    return gettext("also fits %(trend)s (%(words)s)", trend=reason.trend, words=words)
