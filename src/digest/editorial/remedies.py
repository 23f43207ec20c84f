"""Find what would have let a missed work in: a term or an author to watch, or a change of a feed's filter; and what else it lets in.

Terms come from the work's title. One that earlier works contain is preferred, because nobody could have watched a term that did not exist.
"""

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import islice, pairwise

from digest.model import GradeFate

MOST_WORDS = 3  # of a term
MOST_WORKS = 20  # that a term lets in besides; one that lets in more is too broad to be watched
WATCHED: frozenset[GradeFate] = frozenset({"folded", "also_noted", "off_topic", "merged", "unknown"})

_TOKEN = re.compile(r"\w+(?:[.'’]\w+)*")
_COINED = re.compile(r".*[A-Z].*[A-Z\d]|.*\d.*[A-Z]|[A-Z][a-z]+\d")

Tokens = tuple[str, ...]


@dataclass(kw_only=True, slots=True)
class Lever:
    """A term or an author of a missed work, and the works that contain it: by number, with whether one was seen before the miss."""

    name: str
    author: bool
    works: set[int] = field(default_factory=set)
    earlier: bool = False


def terms_of(title: str, ordinary: AbstractSet[str]) -> tuple[str, ...]:
    """The terms in a title that may be watched: coined names, and two or three words that are not ordinary ones."""
    found = list(_TOKEN.finditer(title))
    terms = [one[0] for one in found if _COINED.fullmatch(one[0])]
    for size in range(2, MOST_WORDS + 1):
        for start in range(len(found) - size + 1):
            part = found[start : start + size]
            between = [title[one.end() : other.start()] for one, other in pairwise(part)]
            first, last = part[0].start(), part[-1].end()
            cut = title[first - 1 : first] == "-" or title[last : last + 1] == "-"
            if (
                all(gap in (" ", "-") for gap in between)
                and not cut
                and not {one[0].lower() for one in part} & ordinary
            ):
                terms.append(title[first:last])
    return tuple(dict.fromkeys(terms))


def tokens(text: str) -> Tokens:
    """The words of a text in lower case, as terms are compared."""
    return tuple(_TOKEN.findall(text.lower()))


class Levers:
    """All levers of several works, to be matched with many texts at once."""

    def __init__(self, works: Mapping[int, tuple[str, Sequence[str]]], ordinary: AbstractSet[str]) -> None:
        """`works` maps the number of each missed work to its title and authors; `ordinary` words are no terms."""
        self.of = {
            number: (
                *(Lever(name=term, author=False) for term in terms_of(title, ordinary)),
                *(Lever(name=name, author=True) for name in authors),
            )
            for number, (title, authors) in works.items()
        }
        self._terms: dict[str, list[tuple[Tokens, int, Lever]]] = {}
        self._authors: dict[str, list[tuple[int, Lever]]] = {}
        for number, levers in self.of.items():
            for lever in levers:
                if lever.author:
                    self._authors.setdefault(lever.name, []).append((number, lever))
                else:
                    words = tokens(lever.name)
                    self._terms.setdefault(words[0], []).append((words, number, lever))
        self._passed: set[int] = set()  # missed works that were seen already

    def read(self, number: int, text: str, authors: Iterable[str]) -> tuple[Lever, ...]:
        """Note which levers a work contains; the texts must come in the order in which they were first seen."""
        words = tokens(text)
        hits: dict[int, tuple[int, Lever]] = {}
        for place, word in enumerate(words):
            for wanted, miss, lever in self._terms.get(word, ()):
                if words[place : place + len(wanted)] == wanted:
                    hits[id(lever)] = (miss, lever)
        for author in authors:
            hits |= {id(lever): (miss, lever) for miss, lever in self._authors.get(author, ())}
        if number in self.of:
            self._passed.add(number)
        for miss, lever in hits.values():
            if miss != number:
                lever.works.add(number)
                lever.earlier = lever.earlier or miss not in self._passed
        return tuple(lever for _, lever in hits.values())


def cheapest(levers: Sequence[Lever], shown: AbstractSet[int]) -> Lever | None:
    """The lever that lets in the fewest works besides those that were shown anyway, among those that could have been known; None if none is narrow."""

    def others(one: Lever) -> int:
        return len(one.works - shown)

    def cost(one: Lever) -> tuple[bool, int, int, str]:
        return not one.earlier, others(one), -len(one.name.split()), one.name

    return min((one for one in levers if others(one) <= MOST_WORKS), key=cost, default=None)


def watch(lever: Lever) -> str:
    """The command that watches it."""
    return f"digest watch add --{'author' if lever.author else 'term'} {shlex.quote(lever.name)}"


def include(feed: str, lever: Lever) -> str:
    """The command that lets works with this term through a feed's filter."""
    return f"digest feeds filter {shlex.quote(feed)} --include {shlex.quote(pattern(lever))}"


def pattern(lever: Lever) -> str:
    """The regular expression for a term: whole words, in upper or lower case."""
    words = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]+", lever.name)))
    return rf"(?i)\b{words}\b"


def without(feed: str, excludes: Sequence[str]) -> str:
    """The command that removes patterns from a feed's filter."""
    removed = " ".join(f"--remove {shlex.quote(one)}" for one in excludes)
    return f"digest feeds filter {shlex.quote(feed)} {removed}"


def added(url: str) -> str:
    """The command that adds the page at an address to the draft that is open."""
    return f"digest edit --add {shlex.quote(url)}"


def brought(key: str, item: str) -> str:
    """The command that brings an item of a draft into its mail."""
    return f"digest edit {key} --bring {shlex.quote(item)}"


def undone(key: str, item: str) -> str:
    """The command that takes back what the editor of a draft decided on an item."""
    return f"digest edit {key} --undo {shlex.quote(item)}"


def unseen(work: str, configured: Iterable[str]) -> tuple[str, ...]:
    """The commands of which each adds a feed that may show such a work: sections of arXiv that are not configured, or lists of papers."""
    known = " ".join(configured)
    sections = (one for one in _SECTIONS if work.startswith("arxiv:") and one.rpartition("/")[2] not in known)
    found = [*islice(sections, OFFERED - 1), *(one for one in _LISTS if one not in known)]
    return tuple(f"digest feeds add {url}" for url in found[:OFFERED])


OFFERED = 3
_SECTIONS = tuple(f"https://rss.arxiv.org/rss/{one}" for one in ("cs.CL", "cs.LG", "cs.AI", "cs.CV", "cs.IR", "cs.SE"))
_LISTS = (
    "https://huangboming.github.io/huggingface-daily-paper-feed/feed.xml",  # Hugging Face, which has no feed of its own
    "https://papers.takara.ai/api/feed",
)
