"""A plain title beside one that does not say what the work is about."""

from digest.grounding.words import covered, stems_of, words
from digest.llm.tasks.prose import Prose

TITLE = Prose(name="titles", sentences=1, words=12, most=120)
_SHORT = 3  # words that can hardly say what a work is about


def opaque(title: str, text: str) -> bool:
    """Whether a title says hardly anything of what its text says: it is short, or shares less than two words with it."""
    known = stems_of(text)
    own = [word for word in words(title) if word.content]
    return bool(text) and (len(own) < _SHORT or sum(covered(word, known) for word in own) <= 1)
