"""A candidate and the watchlist -> what of the list it answers to. Pure; knows nothing of ranking."""

import re
import unicodedata
from functools import lru_cache

from digest.config import Watch
from digest.editorial.candidates import Candidate

_INITIAL = re.compile(r"\b\w\.?(?=\s)")


def watched(candidate: Candidate, watch: Watch) -> tuple[str, ...]:
    """The watched authors, terms and papers that an item is by or about, as the list spells them.

    An author goes by the whole name, without accents and middle initials. A term is found as whole words in title and summary. A
    paper is found where it is the item, where the item's text names its arXiv id, and where the item is about it.
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
    """`Manning, Christopher D.` and `Christopher Manning` alike."""
    last, comma, first = author.partition(",")
    told = f"{first} {last}" if comma else author
    plain = "".join(char for char in unicodedata.normalize("NFKD", told) if not unicodedata.combining(char))
    first_name, _, rest = plain.casefold().replace("-", " ").strip().partition(" ")
    return " ".join(f"{first_name} {_INITIAL.sub('', rest)}".split())


@lru_cache(maxsize=1_000)
def _term(term: str) -> re.Pattern[str]:
    words = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", term) if word)
    return re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1_000)
def _paper(id_: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.]){re.escape(id_)}(?!\d)")
