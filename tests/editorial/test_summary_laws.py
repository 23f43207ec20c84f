"""What holds for every summary of a real abstract: the text's own sentences or whole clauses of them, balanced, with nothing loose at the end."""

import gzip
import json
import random
import re
from pathlib import Path

import pytest

from digest.editorial.cuts import balanced
from digest.editorial.openings import untied
from digest.editorial.summary import BRIEF, summarise
from digest.text.boilerplate import worth_reading
from digest.text.clean import readable
from digest.text.sentences import split, unglued

pytestmark = pytest.mark.slow

ABSTRACTS = 500
_LOOSE = re.compile(
    r"\b(?:a|an|the|and|or|but|nor|of|to|for|in|on|at|with|by|from|into|than|as|via|per|using|through|that|which|who|whose|where|when|while|"
    r"whereas|because|if|is|are|was|were|e\.g|i\.e)\.$"
)
_WORD = re.compile(r"[\w%]+")


@pytest.fixture(scope="module")
def summaries(shared: Path) -> list[tuple[str, str, str]]:
    """A drawn abstract, as it is read, its title and its summary."""
    rows = []
    for path in sorted(shared.glob("data/replay/arxiv-*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows += [json.loads(line) for line in file]
    drawn = random.Random(17).sample(rows, ABSTRACTS)
    return [
        (
            unglued(readable(worth_reading(row["abstract"]))),
            row["title"],
            summarise(row["abstract"], title=row["title"]),
        )
        for row in drawn
    ]


def test_brackets_quotations_and_formulas_are_closed(summaries: list[tuple[str, str, str]]) -> None:
    assert [summary for text, _, summary in summaries if balanced(text) and not balanced(summary)] == []


def test_no_summary_ends_on_a_word_that_needs_another(summaries: list[tuple[str, str, str]]) -> None:
    ends = [told for _, _, summary in summaries for told in split(summary) if _LOOSE.search(told)]
    assert len(ends) <= ABSTRACTS // 250, ends  # authors end sentences so, seldom


def test_every_sentence_is_one_of_the_texts_without_some_of_its_words(summaries: list[tuple[str, str, str]]) -> None:
    for text, _, summary in summaries:
        theirs = [_words(sentence) for sentence in split(text)]
        for told in split(summary.replace(" …", ".")):
            ways = [_words(way) for way in _abbreviated(told)]
            assert any(_within(words, their) for words in ways for their in theirs), told


def test_no_sentence_begins_with_what_ties_it_to_another(summaries: list[tuple[str, str, str]]) -> None:
    tied = [
        one for _, _, summary in summaries for one in split(summary) if untied(one) != one and not one.startswith("(")
    ]
    assert tied == []


def test_a_second_list_has_its_first(summaries: list[tuple[str, str, str]]) -> None:
    told = [one for _, _, summary in summaries for one in split(summary) if "respectively" in one]
    assert [one for one in told if one.count(" and ") < 1] == []


def test_summaries_fit(summaries: list[tuple[str, str, str]]) -> None:
    assert max(len([word for word in summary.split() if word != "…"]) for _, _, summary in summaries) <= BRIEF


def _abbreviated(sentence: str) -> list[str]:
    """The sentence, and with the long forms of its abbreviations left out again."""
    ways = [sentence]
    for name in re.findall(r" \((\w+)\)", sentence):
        ways += [shorter for way in ways for shorter in _without_long_form(way, name)]
    return ways


def _without_long_form(sentence: str, name: str) -> list[str]:
    before, _, after = sentence.partition(f" ({name})")
    words = before.split()
    return [f"{' '.join(words[:place])} {name}{after}" for place in range(max(0, len(words) - 8), len(words))]


def _words(text: str) -> list[str]:
    """The words in lower case; the article before another word may have another form."""
    return ["a" if word == "an" else word for word in _WORD.findall(text.lower())]


def _within(words: list[str], theirs: list[str]) -> bool:
    """Whether the words stand in the sentence in this order, but for the "and" of a list that was cut."""
    rest = iter(word for word in theirs if word != "and")
    return all(word in rest for word in words if word != "and")
