"""Match candidates with the watchlist."""

import re
import unicodedata
from functools import lru_cache

from digest.config import Watch
from digest.editorial.candidates import Candidate

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
