"""Count how many of the recently checked labels were right, from an editor's corrections and decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from digest.classify.corrections import OFF_TOPIC
from digest.editorial.hand import in_effect
from digest.model import Edit, Lesson
from digest.text.formatting import count

PERIOD = timedelta(weeks=26)


@dataclass(frozen=True, kw_only=True, slots=True)
class LabelChecks:
    """Labels that an editor confirmed or corrected within PERIOD, and how many of them were right."""

    checked: int
    stood: int


def label_checks(lessons: Sequence[Lesson], edits: Sequence[Edit], now: datetime) -> LabelChecks:
    """Count each item and trend once, by the latest statement about it.

    A lesson that an item does not belong to a trend or is off topic, and a move to another section, correct a shown label. The
    answer that a label is right confirms it. A lesson that only adds a trend is not counted, and a correction that is said in two
    ways, as by a lesson and a move, counts once.
    """
    since = now - PERIOD
    said = {(lesson.item, lesson.trend): lesson for lesson in lessons if since < lesson.at <= now}
    verdicts = {label: stood for label, lesson in said.items() if (stood := _stood(lesson)) is not None}
    corrected = {item for (item, trend), stood in verdicts.items() if not stood and trend != OFF_TOPIC}
    again = {(item, trend) for item, trend in verdicts if trend == OFF_TOPIC and item in corrected}
    corrected |= {item for item, trend in verdicts if trend == OFF_TOPIC}
    decided = {
        edit.item: edit for edit in in_effect(edits) if edit.action in ("move", "undo") and since < edit.at <= now
    }
    moved = sum(edit.action == "move" and item not in corrected for item, edit in decided.items())
    return LabelChecks(checked=len(verdicts) - len(again) + moved, stood=sum(verdicts.values()))


def label_checks_words(found: LabelChecks) -> str:
    """One sentence; empty if no label was checked."""
    if not found.checked:
        return ""
    return f"Of {count(found.checked, 'label')} that the editor checked within half a year, {found.stood} stood."


def _stood(lesson: Lesson) -> bool | None:
    if lesson.trend == OFF_TOPIC:
        return False if lesson.fits else None
    if lesson.fits:
        return True if lesson.asked else None
    return False
