"""What an issue says of earlier ones that became four weeks old: what the field took up since, and what had become of it."""

from collections import Counter
from collections.abc import Mapping

from digest.model import Grade, GradedWork, GradeFate
from digest.render.view_models import Frame, GradeView, LinkView
from digest.text import formatting
from digest.text.words import N_, gettext

LISTED = 40  # missed works on the web page

_FATES: Mapping[GradeFate, str] = {
    "also_noted": N_("also noted"),
    "folded": N_("folded"),
    "merged": N_("told under another title"),
    "filtered": N_("filtered out"),
    "dropped": N_("left out by the editor"),
    "off_topic": N_("off-topic"),
    "too_old": N_("too old"),
    "replaced": N_("replacements of older papers"),
    "over_limit": N_("over a feed’s limit"),
    "flooded": N_("from an archive that reappeared"),
    "unreadable": N_("unreadable"),
    "no_feed": N_("in no feed of this digest in time"),
    "unknown": N_("for a reason that is not known"),
}


def grade_views(frame: Frame) -> tuple[GradeView, ...]:
    """A line per graded issue, with the missed works for the web page."""
    return tuple(_grade_view(one, frame) for one in frame.issue.grades)


def _grade_view(grade: Grade, frame: Frame) -> GradeView:
    missed = grade.missed if frame.limits.folded else ()
    return GradeView(
        text=_line(grade),
        key=grade.key,
        url=frame.links.issue(grade.key),
        works=tuple(_work(work, frame) for work in missed[:LISTED]),
        more=max(0, len(missed) - LISTED),
    )


def _line(grade: Grade) -> str:
    """`Of 14 works of 2026-W48 that the field took up since, that issue had shown 6. The others: 5 folded, 3 off-topic.`"""
    works = formatting.count(len(grade.works), "work")
    told = gettext(
        "Of %(works)s of %(issue)s that the field took up since, that issue had shown %(shown)s.",
        works=works,
        issue=grade.key,
        shown=grade.shown,
    )
    counts = Counter(work.fate for work in grade.missed)
    fates = [
        gettext("%(number)s %(fate)s", number=formatting.number(counts[fate]), fate=gettext(words))
        for fate, words in _FATES.items()
        if counts[fate]
    ]
    return told + " " + gettext("The others: %(fates)s.", fates=", ".join(fates)) if fates else told


def _work(work: GradedWork, frame: Frame) -> LinkView:
    return LinkView(
        text=frame.text(work.title) or frame.text(work.url) or gettext("Untitled"),
        url=frame.url(work.url),
        words=gettext(_FATES[work.fate]),
    )
