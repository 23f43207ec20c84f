"""The editor's decision on how an item stands to a claim of a trend's baseline."""

from dataclasses import replace

from digest.errors import NotFoundError, UsageError, did_you_mean
from digest.model import Edit
from digest.services.edit import Editor

STANCES = ("extends", "disputes", "dates", "bears-on", "unrelated")


def claim_edit(editor: Editor, name: str, place: str, stance: str) -> Edit:
    """The decision that an item has this stance to the claim `TREND:NUMBER`, as `digest trends TREND` numbers them.

    Raises:
        NotFoundError: there is no such item, trend or claim.
        UsageError: there is no such stance.
    """
    if stance not in STANCES:
        remedy = did_you_mean(stance, STANCES, f"give one of {', '.join(STANCES)}")
        raise UsageError(stance or "the stance", "is not a stance to a claim", remedy)
    trend, _, number = place.partition(":")
    edit = editor.decision("claim", name, trend)
    claims = editor.program.trends[trend].claims
    if not (number.isdigit() and 0 < int(number) <= len(claims)):
        raise NotFoundError(
            f"claim {place}",
            f"{trend} has {len(claims)} claims",
            f"name one as {trend}:1; `digest trends {trend}` numbers them",
        )
    return replace(edit, sentence=claims[int(number) - 1].text, text=stance)
