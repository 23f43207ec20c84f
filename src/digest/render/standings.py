"""How an item stands to a claim, in words: who or what decided it, with the values or the sentence that show it."""

from collections.abc import Callable, Mapping

from digest.model import Stance, Touch
from digest.text.words import N_, gettext

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
    "extends": N_("seems to extend it: “%(sentence)s”"),
    "disputes": N_("seems to dispute it: “%(sentence)s”"),
    "dates": N_("seems to make it out of date: “%(sentence)s”"),
}
_COUNTED: Mapping[Stance, str] = {
    "extends": N_("extended by %(items)s"),
    "disputes": N_("disputed by %(items)s"),
    "dates": N_("made out of date by %(items)s"),
    "": N_("%(items)s bearing on it"),
}


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
