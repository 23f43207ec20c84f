"""Match candidates with the watchlist, and weigh them by what a reader named."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache

from digest.config import Watch
from digest.editorial.candidates import Candidate
from digest.model import HEAVIEST, Label

_INITIAL = re.compile(r"\b\w\.?(?=\s)")


def watched(candidate: Candidate, watch: Watch) -> tuple[str, ...]:
    """The watched authors, terms and papers that an item matches, as spelled in the list.

    Authors match by their full name, without accents and middle initials. Terms match whole words in title and summary. A paper matches
    if it is the item, if the item's text contains its arXiv id, or if the item follows it up.
    """
    names = {_name(author) for author in candidate.authors}
    text = f"{candidate.title}\n{candidate.summary}"
    works = {*candidate.keys, *candidate.members, candidate.follows.id if candidate.follows else ""}
    return (
        *(author for author in watch.authors if _name(author) in names),
        *(term for term in watch.terms if _term(term).search(text)),
        *(f"arXiv {id_}" for id_ in watch.arxiv if f"arxiv:{id_}" in works or _paper(id_).search(text)),
    )


@lru_cache(maxsize=50_000)
def _name(author: str) -> str:
    """The normalised name, the same for `Manning, Christopher D.` and `Christopher Manning`."""
    last, comma, first = author.partition(",")
    spoken = f"{first} {last}" if comma else author
    plain = "".join(char for char in unicodedata.normalize("NFKD", spoken) if not unicodedata.combining(char))
    first_name, _, rest = plain.casefold().replace("-", " ").strip().partition(" ")
    return " ".join(f"{first_name} {_INITIAL.sub('', rest)}".split())


@lru_cache(maxsize=1_000)
def _term(term: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", term) if word)
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def _paper(id_: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(id_)}(?!\d)")


def weighed(candidate: Candidate, labels: Sequence[Label], weights: Mapping[str, float]) -> float:
    """The sum of the weights that name an item, at most `HEAVIEST` up or down. `digest.model.Preferences` has the names."""
    total = sum(weight for name, weight in weights.items() if _names(name, candidate, labels))
    return round(max(-HEAVIEST, min(HEAVIEST, total)), 4)


def _names(name: str, candidate: Candidate, labels: Sequence[Label]) -> bool:
    kind, _, value = name.partition(":")
    match kind:
        case "trend":
            return any(label.id == value for label in labels)
        case "author":
            return bool(watched(candidate, Watch(authors=(value,))))
        case "term":
            return bool(watched(candidate, Watch(terms=(value,))))
        case "work":
            works = {*candidate.keys, *candidate.members, candidate.follows.id if candidate.follows else ""}
            return value in works or bool(watched(candidate, Watch(arxiv=(value.removeprefix("arxiv:"),))))
        case "feed":
            return any(source.feed == value for source in candidate.sources)
        case _:
            return False
