"""Extract the facts of a release from an announcement: name, maker, size, licence, context, weights, price, figures.

Only facts in the text are used, in the text's own figures; the rest stays empty. All patterns are bounded and applied to the beginning
of a text only, so that a hostile text takes no longer than a plain one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from digest.config import Feed
from digest.editorial.beyond import is_beyond_language
from digest.editorial.kinds import VERSION, artefacts, maker
from digest.editorial.model_papers import released_model
from digest.editorial.release_sizes import NUMBER, UNITS, size
from digest.editorial.release_words import is_elsewhere, is_measure, is_notice, tells_nothing, what_it_is
from digest.model import IssueItem, ItemKind, Release, Released

TITLE_CHARS = 500
TEXT_CHARS = 4_000  # characters of a text that are used; the release is at its beginning
NAME_CHARS = 60
NAME_WORDS = 6  # longer titles are sentences
FIGURES = 2
SHORT_NAME = 3  # words of a product's name; a longer one without a version is a headline
A_MAKER = 2  # releases of one maker before those of the others

_VERB = re.compile(
    r"^(?:(?:today|now),?\s)?(?:we(?:['’]re| are)\s)?(?:introducing|announcing|launching|releasing|unveiling|previewing|open[- ]sourcing|meet|hello"
    r"|start building with|build with|code with|building more with|official release of|open release of|(?:addendum|update) to)\b:?\s*(?:the\s)?",
    re.IGNORECASE,
)
_LAUNCHES = re.compile(r"^[A-Z][^:,]{1,40}?\s(?:[Ll]aunch|[Rr]eleas|[Ii]ntroduc|[Uu]nveil)e?s\s(?=[A-Z])(.+)$")
_END = re.compile(
    r"\s?[:：|,!?]\s?|\s[–—-]\s|\.(?:\s|$)|\s(?:is|are|now|has|official|on|in|for|with|from|brings?|launches|released|gets)\b.*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s?[:：|,!?]\s?|\s[–—-]\s|\.(?:\s|$)")
_PLACED = re.compile(r"^[^:]+\s(?:on|in|for)\s[A-Z]")  # `Grok on Amazon Bedrock`, a feature in a product
_SERIES = re.compile(
    r"\s(?:system card|model card|technical report|model family|series|official launch|model release)\b.*$",
    re.IGNORECASE,
)
_LOOSE_END = re.compile(r"(?:\s(?:as|than|and|or|of|on|in|at|for|with|to|while|compared|over|by|the|a))+$")
_MODEL = re.compile(
    rf"(?<![\w.])[A-Z][\w.]*(?:[\s-][A-Z][\w.]*){{0,3}}[\s-]?{VERSION}(?:[\s-](?:[A-Z][\w.]*|{VERSION}[BM]?)){{0,2}}"
)
_LICENSE = re.compile(
    r"\b(?:(modified )?(MIT)(?:[- ]licen[cs]e[d]?)?|(Apache)[- ]?(?:License,?\s)?(?:v(?:ersion)?\s?)?2(?:\.0)?|(CC[- ]BY(?:-(?:NC|SA|ND)){0,2}(?:[- ]\d\.\d)?)"
    r"|((?:[A-Z][\w.]*\s){1,3}(?:Community|Research|Open Model|Non-Production)\sLicense)|(OpenRAIL(?:-\w)?|OpenMDW|GPL-?v?3|BSD(?:-3)?))(?=[\s.,;:)\]]|$)"
)
_CONTEXT = re.compile(
    rf"({NUMBER}(?:,\d{{3}})?)(?:\s|-)?(k|M|thousand|million)?(?:[\s-]tokens?)?[\s-](?:tokens?\s)?(?:long[\s-])?context|context\s(?:window|length|size)?\s?(?:of|to|is|:)?\s?(?:up to\s)?({NUMBER}(?:,\d{{3}})?)(?:\s|-)?(k|M|thousand|million)?\b",
    re.IGNORECASE,
)
_OPEN = re.compile(
    r"\bopen[- ]?weights?\b|\bweights\s(?:are|is)?\s?(?:now\s)?(?:openly\s)?(?:available|released|open|public|downloadable)|\breleas\w{1,4}\s(?:the\s|its\s|all\s)?(?:base\s)?(?:model\s)?weights"
    r"|\bopen[- ]sourc(?:e|ed|ing)\b[^.]{0,50}\b(?:models?|weights|checkpoints?)\b|\bmodels?\b[^.]{0,30}\bopen[- ]sourced?\b|\bfully open\b|\bcheckpoints?\s(?:are|is)\s(?:publicly\s|openly\s)?(?:available|released|open)",
    re.IGNORECASE,
)
_API = re.compile(
    r"\bavailable\s(?:now\s)?(?:via|in|on|through)\s(?:the\s|our\s)?(?:\w+\s){0,2}API\b|\bAPI access\b|\bin the API\b|\bvia (?:the )?(?:\w+ )?API\b",
    re.IGNORECASE,
)
_PRICE = re.compile(
    r"[$€]\s?\d{1,4}(?:\.\d{1,4})?\s?(?:/|per)\s?(?:1\s?)?(?:million|M|1M|thousand|1K|K)?\s?(?:input\s|output\s)?(?:tokens?|pages?|minutes?|characters)(?:\s(?:in|out|input|output)\b)?",
    re.IGNORECASE,
)
_BOUND = r"(?:\b(?:up to|about|around|over|roughly|nearly|almost|more than|less than|at least|at most)\s)?(?:[~≈]\s?)?(?<![\w.])"
_FIGURE = re.compile(
    rf"{_BOUND}\d{{1,3}}(?:\.\d{{1,2}})?\s?(?:%|percent|points)\s(?:\w+\s){{0,2}}?(?:on|at|in)\s(?:the\s)?[A-Z][\w’'-]*(?:[\s-][A-Z0-9][\w.’'-]*){{0,3}}"
    r"|\b(?:scores?|scoring|reach(?:es|ing)|achiev(?:es|ing)|of)\s\d{1,3}(?:\.\d{1,2})?%?\son\s(?:the\s)?[A-Z][\w-]*(?:[\s-][A-Z0-9][\w.-]*){0,3}"
    rf"|{_BOUND}\d{{1,3}}(?:\.\d)?(?:x|×|\stimes)\s(?:faster|cheaper|lower|smaller|higher|more efficient)(?:\s[\w-]+){{0,3}}"
)


_VERSION_AT_END = re.compile(
    r"[\s@:/-]*\bv?(\d{1,4}(?:\.\d{1,6}){1,3}(?:[.-]?(?:alpha|beta|rc|post|dev|a|b)[.\d]{0,8})?)$"
)
_REPORT = re.compile(r"^.{2,60}\btechnical report\b", re.IGNORECASE)
_FEED_WORDS = re.compile(r"\s(?:releases|changelog|release notes)$", re.IGNORECASE)


def announced(title: str, text: str, *, kind: ItemKind, feed: Feed | None) -> Release | None:
    """The release that an entry announces, or None. A paper announces one if it makes a model available."""
    found = _announced(title, text, kind=kind, feed=feed)
    software = feed is not None and feed.kind == "releases"
    if found is None or software or not is_beyond_language(found.name, title, found.what):
        return found
    return replace(found, beyond_language=True)


def _announced(title: str, text: str, *, kind: ItemKind, feed: Feed | None) -> Release | None:
    if kind == "release" and feed is not None and feed.kind == "releases":
        product = _FEED_WORDS.sub("", feed.name)
        own = product.lower() in ("releases", "") or product.lower() in title.lower()
        name = _cut(title if own else f"{product} {title}")
        return Release(name=name, what=what_it_is(name, title, text))
    if kind == "release":
        return release_of(title, text, feed=feed.name if feed is not None and feed.on_topic else "")
    if kind == "paper":
        if maker(title) and (_REPORT.match(title) or _is_open_model(title, text)):
            return release_of(title, text)
        model = released_model(title, text)
        return release_of(title, text, name=model) if model else None
    return None


def _is_open_model(title: str, text: str) -> bool:
    """Whether a paper is named after a version of a model, and says that its weights are available."""
    head, colon, _ = title.partition(":")
    found = _MODEL.fullmatch(head.strip())
    return bool(colon) and found is not None and bool(maker(head)) and _OPEN.search(text[:TEXT_CHARS]) is not None


def is_listed(title: str, release: Release, *, software: bool = False) -> bool:
    """Whether a release has a place in an issue's list: it says what it is, and is neither a notice of another place nor a benchmark.

    A model of a known family needs no more than its name, nor does a version of `software` from a feed of releases.
    """
    if is_elsewhere(title) or is_measure(release.what) or (is_measure(title) and not (release.size or release.weights)):
        return False
    return software or any(release.facts) or bool(maker(release.name))


@dataclass(frozen=True, kw_only=True, slots=True)
class Announced:
    """An item with its release, whether its feed is only about language models, and whether it is a version of software."""

    item: IssueItem
    release: Release
    on_topic: bool
    software: bool = False  # a version from a feed of releases
    older: tuple[str, ...] = ()  # ids of the items with its older versions


def arranged(found: Sequence[Announced]) -> tuple[Released, ...]:
    """Order the releases of an issue: first models announced by their makers, then those with one of the two, then the rest, then versions of software and notices to customers.

    What is beyond language comes last. A maker has at most `A_MAKER` releases before those of the other makers. Releases without a known maker count as one maker.

    Args:
        found: best first.
    """
    taken: dict[str, int] = {}
    first: list[Released] = []
    later: list[Released] = []
    for one in sorted(_newest(found), key=_tier):
        maker_ = one.release.maker
        taken[maker_] = taken.get(maker_, 0) + 1
        (first if taken[maker_] <= A_MAKER else later).append(
            Released(id=one.item.id, release=_in_facts(one.release), older=one.older)
        )
    return tuple(sorted((*first, *later), key=lambda one: one.release.beyond_language))


def _in_facts(release: Release) -> Release:
    """The release without a clause that tells nothing."""
    return replace(release, what="") if tells_nothing(release.what) else release


def _newest(found: Sequence[Announced]) -> list[Announced]:
    """The releases with one of each software: its newest version, which names the other ones."""
    versions: dict[str, list[tuple[str, Announced]]] = {}
    for one in found:
        if one.software and (parts := _VERSION_AT_END.search(one.release.name)):
            versions.setdefault(one.release.name[: parts.start()].casefold(), []).append((parts[1], one))
    merged: dict[str, Announced | None] = {}
    for several in versions.values():
        (_, first), *older = sorted(several, key=lambda version: _age(version[0]), reverse=True)
        merged |= {one.item.id: None for _, one in older}
        also = tuple(number for number, _ in older)
        ids = tuple(one.item.id for _, one in older)
        merged[first.item.id] = replace(first, release=replace(first.release, also=also), older=ids)
    kept = (merged.get(one.item.id, one) for one in found)
    return [one for one in kept if one is not None]


def _age(version: str) -> tuple[list[int], bool, list[int]]:
    """A sort key, by which 2.1.0 comes after 2.1.0-beta.3 and 1.10 after 1.9."""
    number = re.match(r"[\d.]+", version)
    stage = version[number.end() :] if number else ""
    return (
        [int(part) for part in re.findall(r"\d+", number[0] if number else "")],
        not stage,
        [int(part) for part in re.findall(r"\d+", stage)],
    )


def _tier(one: Announced) -> int:
    if one.software or is_notice(one.item.title):
        return 3
    name = one.release.name
    named = len(name.split()) <= SHORT_NAME or re.search(VERSION, name) is not None
    known = bool(maker(name)) and named and not _PLACED.search(name)
    paper = one.item.kind == "paper"
    return 0 if known and (one.on_topic or paper) else 1 if known or one.on_topic or paper else 2


def release_of(title: str, text: str, *, feed: str = "", name: str = "") -> Release:
    """The facts of one release.

    Args:
        title: the title of the announcement, plain text.
        text: its plain text; may be empty.
        feed: the name of the feed, which is used as the maker if the name of the release does not reveal one.
        name: the name of the release, if it is known.
    """
    title, read = title[:TITLE_CHARS], text[:TEXT_CHARS]
    name = name or name_of(title, read)
    both = f"{title}. {read}"
    return Release(
        name=name,
        maker=maker(name) or maker(title) or feed,
        size=size(name, title, read),
        license=_license(both),
        context=_context(both),
        weights="open" if _OPEN.search(both) or _has_weights(read) else "API" if _API.search(both) else "",
        price=_first(_PRICE.finditer(both)),
        figures=_figures(read),
        what=what_it_is(name, title, read),
    )


def stated(text: str) -> frozenset[str]:
    """The kinds of facts that a text states of a release: its size, licence, context, price, and benchmarks with values."""
    kinds = {
        "size": size("", "", text),
        "license": _license(text),
        "context": _context(text),
        "price": _PRICE.search(text),
        "figures": _figures(text),
    }
    return frozenset(kind for kind, fact in kinds.items() if fact)


def name_of(title: str, text: str) -> str:
    """The name of a release: the title without announcing words, or the model named in the text if the title has none."""
    rest = _VERB.sub("", title.strip()[:TEXT_CHARS])
    if by_another := _LAUNCHES.match(rest):
        rest = by_another[1]
    if rest[:1].islower() or (0 < len(rest.split()) <= NAME_WORDS and _PLACED.search(rest)):
        feature = _CLAUSE.split(rest, maxsplit=1)[0].strip(" .")
        return _cut(feature[:1].upper() + feature[1:])
    name = _END.split(_SERIES.sub("", rest), maxsplit=1)[0].strip(" .:\"“”'")
    if maker(name):
        return _cut(name)
    found = _MODEL.search(rest) or next(iter(filter(_of_a_maker, _MODEL.finditer(text[:300]))), None)
    return _cut(found[0] if found and (_of_a_maker(found) or len(name.split()) > NAME_WORDS) else name or rest)


def _of_a_maker(found: re.Match[str]) -> bool:
    return bool(maker(found[0]))


def _cut(name: str) -> str:
    if len(name) <= NAME_CHARS:
        return name
    return name[:NAME_CHARS].rsplit(" ", 1)[0] + " …"


def _license(text: str) -> str:
    found = _LICENSE.search(text)
    if found is None:
        return ""
    if found[2]:
        return "modified MIT" if found[1] else "MIT"
    return "Apache 2.0" if found[3] else " ".join((found[4] or found[5] or found[6]).split())


def _context(text: str) -> str:
    """The largest context length in the text, such as `128K` or `1M`."""
    for found in _CONTEXT.finditer(text):
        number, unit = found[1] or found[3], (found[2] or found[4] or "").lower()
        if unit:
            return f"{number}{UNITS[unit]}"
        plain = int(re.sub(r"\D", "", number))
        if "." not in number and plain >= 1_000:
            return f"{plain // 1000}K" if plain < 1_000_000 else f"{plain // 1_000_000}M"
    return ""


def _has_weights(text: str) -> bool:
    return any(one.kind == "weights" for one in artefacts(text))


def _first(found: Iterator[re.Match[str]]) -> str:
    return next((" ".join(one[0].split()) for one in found), "")


def _figures(text: str) -> tuple[str, ...]:
    """The first results, with their benchmarks."""
    found = (" ".join(match[0].split()) for match in _FIGURE.finditer(text))
    return _distinct([_LOOSE_END.sub("", figure) for figure in found])[:FIGURES]


def _distinct(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
