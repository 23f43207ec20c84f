"""Add to the summary of a release what its announcements state of it: size, licence, context, benchmarks with their values, price.

In: the summary, and the texts of all items of the story. Out: the summary with one or two sentences of these texts. Only whole sentences are added.
"""

import re
from collections.abc import Iterator, Sequence

from digest.editorial.openings import untied
from digest.editorial.pointers import defined_names, points_out, stems
from digest.editorial.releases import stated
from digest.editorial.sentence_value import MEASURED
from digest.editorial.text_parts import FOR_A_PART
from digest.text.boilerplate import worth_reading
from digest.text.clean import readable
from digest.text.sentences import split, unglued

ENOUGH = 2  # kinds of facts, with which a summary is left as it is
MOST = 2  # sentences that are added
SENTENCES = 40  # of each text
LONG = 34  # words of a sentence of facts
_OURS = re.compile(r"(?:We|Our|The (?:[\w-]{2,20} )?(?:model|weights|family|series|release))\b")
POINTING = 1.5  # the cost of untold references above which a sentence is not used


def with_facts(summary: str, texts: Sequence[str], *, title: str, words: int) -> str:
    """The summary with sentences that state facts of the release, as far as there is room and it has too few.

    They take the place of sentences that measure nothing.

    Args:
        summary: of the story's main item.
        texts: of its items, the main one first.
        title: the title, which the reader already knows.
        words: the maximum number of words.
    """
    told = split(summary)
    known = stated(summary)
    found = [one for text in texts for one in _sentences(text, title)]
    added: list[str] = []
    measured = [one for one in told[1:] if MEASURED.search(one)]
    while told and len(known) < ENOUGH and len(added) < MOST:
        room = words - _words([told[0], *measured, *added])
        ways = [(len(stated(one) - known), -place, one) for place, one in enumerate(found) if _words([one]) <= room]
        new, _, best = max(ways, default=(0, 0, ""))
        if not new or best in summary:
            break
        added.append(best)
        known |= stated(best)
    kept = [told[0], *measured] if told else []
    for one in told[1:]:
        if one not in measured and _words([*kept, one, *added]) <= words:
            kept.append(one)
    return " ".join([*(one for one in told if one in kept), *added]) if added else summary


def _sentences(text: str, title: str) -> Iterator[str]:
    """The sentences of a text that state facts and can be read alone."""
    plain = unglued(readable(worth_reading(text)))
    names = defined_names(plain)
    for sentence in split(plain)[:SENTENCES]:
        if any(map(str.isdigit, sentence)) and len(sentence.split()) <= LONG and stated(sentence):
            one = untied(sentence)
            own = (_OURS.match(one) or stems(title) & stems(one)) and not FOR_A_PART.match(one)
            if own and "://" not in one and points_out(one, stems(title), follows=False, defined=names) < POINTING:
                yield one


def _words(sentences: Sequence[str]) -> int:
    return sum(len(one.split()) for one in sentences)
