"""Choose what a section shows of its trend's baseline."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from digest.editorial.baselines import WORDS, sentence, turn
from digest.editorial.setting import Setting
from digest.model import Baseline, IssueItem, TouchedClaim, Trend


def baseline_room(trend: Trend, setting: Setting) -> str:
    """As many words as a section's baseline may have, before it is known which items it must bear on."""
    return trend.summary if setting.window.start is None else " ".join(["word"] * WORDS)


def baseline_of(
    trend: Trend,
    claims: Sequence[TouchedClaim],
    setting: Setting,
    *,
    items: Sequence[IssueItem],
    rare: Mapping[str, float],
) -> Baseline:
    """The baseline shown: the whole summary in a workspace's first issue, later one sentence."""
    plain = Baseline(summary=trend.summary, as_of=trend.as_of)
    if setting.window.start is None:
        return plain
    shown = {item.id for item in items}
    number = turn(setting.slot.at, setting.settings.cadence)
    day = setting.slot.at.date().isoformat()
    chosen = sentence(
        trend,
        [claim for claim in claims if any(touch.id in shown for touch in claim.items)],
        recent=setting.recent,
        turn=number,
        until=day,
        items=[f"{item.title} {item.summary}" for item in items],
        rare=rare,
    )
    return replace(plain, line=chosen.text, line_date=chosen.date) if chosen else plain
