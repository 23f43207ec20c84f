"""Word what stands at the end of an issue: whose the texts are, how items are sorted, and how often that is right."""

from digest.model import Accuracy
from digest.render.view_models import Frame
from digest.text import formatting
from digest.text.words import gettext


def rights(frame: Frame) -> str:
    """Whose the texts are, and how items are sorted."""
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
            " beside a reader’s; docs/notebook/accuracy.md in the program’s repository says how).",
            **told,
        )
    else:
        measured = gettext(
            "The labels are right %(right)s times in 100 (95 %% interval %(low)s–%(high)s; %(labels)s on %(papers)s drawn at random,"
            " beside a reader’s, %(day)s; docs/notebook/accuracy.md in the program’s repository says how).",
            day=formatting.date_in_full(known.measured, frame.locale),
            **told,
        )
    return " ".join(filter(None, (measured, _checked(known))))


def _checked(known: Accuracy) -> str:
    if not known.checked:
        return ""
    return gettext(
        "Of %(labels)s that the editor checked within half a year, %(stood)s stood.",
        labels=formatting.count(known.checked, "label"),
        stood=known.stood,
    )
