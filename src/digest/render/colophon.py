"""Write the end of an issue: what became of each entry, who wrote the texts, how items are sorted, and how often that is right."""

from digest.model import FATES, Accuracy, Fate
from digest.render.view_models import Frame
from digest.text import formatting
from digest.text.words import N_, gettext

_FATES: dict[Fate, str] = {
    "shown": N_("shown"),
    "also_noted": N_("also noted"),
    "folded": N_("folded"),
    "merged": N_("merged"),
    "filtered": N_("filtered out"),
    "off_topic": N_("off-topic"),
    "too_old": N_("too old"),
    "replaced": N_("replacements of older papers"),
    "over_limit": N_("over a feed’s limit"),
    "flooded": N_("from an archive that reappeared"),
    "unreadable": N_("unreadable"),
}
_ONE_REPLACED = N_("replacement of older papers")
_OWN = (
    N_("%(entries)s: %(items)s for you, shown here."),
    N_("%(entries)s: %(items)s for you, %(shown)s shown, %(rest)s on the web."),
    N_("%(entries)s: %(items)s for you, %(shown)s shown, %(rest)s left out."),
)
_OWN_SINCE = (
    N_("%(entries)s since %(day)s: %(items)s for you, shown here."),
    N_("%(entries)s since %(day)s: %(items)s for you, %(shown)s shown, %(rest)s on the web."),
    N_("%(entries)s since %(day)s: %(items)s for you, %(shown)s shown, %(rest)s left out."),
)


def entry_count(frame: Frame) -> int:
    """The number of entries that the receipt counts."""
    return sum(frame.issue.receipt.values()) + (frame.letter.others if frame.letter else 0)


def receipt(frame: Frame) -> tuple[tuple[str, int], ...]:
    """The fates of the entries in words, without zeros."""
    counts = frame.issue.receipt
    told = tuple((_fate(fate, counts[fate]), counts[fate]) for fate in FATES if counts.get(fate))
    if frame.letter is None or not frame.letter.others:
        return told
    return *told, (gettext("in trends that you did not choose"), frame.letter.others)


def own_receipt(frame: Frame, *, untold: int) -> str:
    """A letter's own receipt, in a sentence; empty in an issue. `untold` counts the items without a trend that this format leaves out.

    `1,904 entries since 9 November 2026: 41 items for you, 24 shown, 17 on the web.`
    """
    letter, issue = frame.letter, frame.issue
    if letter is None:
        return ""
    sections = sum(len(one.items) - len(frame.shown(one)) + len(one.folded) for one in issue.trends)
    rest = 0 if frame.limits.folded else sections + untold
    counts = {
        "entries": formatting.count(entry_count(frame), "entry", "entries"),
        "items": formatting.count(issue.size, "item"),
        "shown": formatting.number(issue.size - rest),
        "rest": formatting.number(rest),
    }
    whole, on_the_web, left_out = _OWN if letter.since is None else _OWN_SINCE
    said = whole if not rest else on_the_web if frame.links.issue(issue.key) else left_out
    since = {"day": formatting.day(letter.since, frame.zone, frame.locale)} if letter.since else {}
    return gettext(said, **counts, **since)


def _fate(fate: Fate, count: int) -> str:
    return gettext(_ONE_REPLACED if fate == "replaced" and count == 1 else _FATES[fate])


def rights(frame: Frame) -> str:
    """Who wrote the texts, and how items are sorted."""
    if frame.links.issue(frame.issue.key):
        return gettext(
            "Titles, authors and summaries are their sources’ and stay theirs; what a summary claims is its authors’ claim."
            " A program sorts items into trends by the words of title and summary; those that an item does not show itself"
            " stand on the web page."
        )
    return gettext(
        "Titles, authors and summaries are their sources’ and stay theirs; what a summary claims is its authors’ claim."
        " A program sorts items into trends by the words of title and summary."
    )


def accuracy(frame: Frame) -> str:
    """A sentence on the precision of the labels, and the sample it was measured on."""
    known = frame.issue.accuracy
    if known is None:
        return ""
    right, low, high = (round(100 * share) for share in (known.right, known.low, known.high))
    told = {
        "right": right,
        "low": low,
        "high": high,
        "labels": formatting.count(known.labels, "label"),
        "papers": formatting.count(known.texts, "paper"),
    }
    if known.measured > frame.issue.window.end.astimezone(frame.zone).date():
        # An issue that is made with an earlier clock must not cite a day that it cannot know.
        measured = gettext(
            "The labels are right %(right)s times in 100 (95 %% interval %(low)s–%(high)s; %(labels)s on %(papers)s drawn at random,"
            " beside a reader’s).",
            **told,
        )
    else:
        measured = gettext(
            "The labels are right %(right)s times in 100 (95 %% interval %(low)s–%(high)s; %(labels)s on %(papers)s drawn at random,"
            " beside a reader’s, %(day)s).",
            day=formatting.date_in_full(known.measured, frame.locale),
            **told,
        )
    how = gettext("The program’s repository says how, in docs/notebook/accuracy.md.") if frame.limits.folded else ""
    return " ".join(filter(None, (measured, how, _checked(known))))


def _checked(known: Accuracy) -> str:
    if not known.checked:
        return ""
    return gettext(
        "Of %(labels)s that the editor checked within half a year, %(stood)s stood.",
        labels=formatting.count(known.checked, "label"),
        stood=known.stood,
    )
