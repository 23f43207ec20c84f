"""Extract the facts of a release from an announcement: name, maker, size, licence, context, weights, price, figures.

Only facts in the text are used, in the text's own figures; the rest stays empty. All patterns are bounded and applied to the beginning
of a text only, so that a hostile text takes no longer than a plain one.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from digest.config import Feed
from digest.editorial import versions
from digest.editorial.beyond import is_beyond_language
from digest.editorial.kinds import VERSION, artefacts, maker
from digest.editorial.model_papers import released_model
from digest.editorial.release_sizes import NUMBER, UNITS, size
from digest.editorial.release_words import is_elsewhere, is_measure, what_it_is
from digest.model import ItemKind, Release

TITLE_CHARS = 500
TEXT_CHARS = 4_000  # characters of a text that are used; the release is at its beginning
NAME_CHARS = 60
NAME_WORDS = 6  # longer titles are sentences
FIGURES = 2
_FACTS = ("maker", "size", "license", "context", "weights", "price", "figures", "what")

_VERB = re.compile(
    r"^(?:(?:today|now),?\s)?(?:we(?:['’]re| are)\s)?(?:introducing|announcing|launching|releasing|unveiling|previewing|open[- ]sourcing|meet|hello"
    r"|start building with|build with|code with|building more with|official release of|open release of|(?:addendum|update) to)\b:?\s*(?:(?:the|our|my)\s(?:new\s)?)?",
    re.IGNORECASE,
)
_LAUNCHES = re.compile(r"^[A-Z][^:,]{1,40}?\s(?:[Ll]aunch|[Rr]eleas|[Ii]ntroduc|[Uu]nveil)e?s\s(?=[A-Z])(.+)$")
_END = re.compile(
    r"\s?[:：|,!?]\s?|\s[–—-]\s|\.(?:\s|$)|\s(?:is|are|now|has|official|on|in|for|with|from|brings?|launches|released|gets)\b.*$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"\s?[:：|,!?]\s?|\s[–—-]\s|\.(?:\s|$)")
PLACED = re.compile(r"^[^:]+\s(?:on|in|for)\s[A-Z]")  # `Grok on Amazon Bedrock`, a feature in a product
_SERIES = re.compile(
    r"\s(?:system card|model card|technical report|model family|(?:model )?series|official launch|model release)\b.*$",
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


_PUBLISHES = re.compile(
    r"[\s:|–—-]+(?:(?:research|developer|engineering|product|company)\s)?(?:news|blog|newsroom|updates|posts|research|changelog)(?:\s\([^)]{1,60}\))?$",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^\s*(?:v?[\d.]{3,12}\s)?(?:what['’]s (?:changed|new)|changes|changelog|highlights|release notes)\b[\s:*•–-]*",
    re.IGNORECASE,
)
_REPORT = re.compile(r"^.{2,60}\btechnical report\b", re.IGNORECASE)


def announced(title: str, text: str, *, kind: ItemKind, feed: Feed | None, version: bool = False) -> Release | None:
    """The release that an entry announces, or None. A paper announces one if it makes a model available.

    `version` says that the title is the name of a project with the number of a version.
    """
    software = feed is not None and feed.kind == "releases"
    if kind == "release" and (version or software):
        return _version(title if version else _of_product(title, feed), title, text)
    found = _announced(title, text, kind=kind, feed=feed)
    if found is None or not is_beyond_language(found.name, title, found.what):
        return found
    return replace(found, beyond_language=True)


def _announced(title: str, text: str, *, kind: ItemKind, feed: Feed | None) -> Release | None:
    if kind == "release":
        return release_of(title, text, feed=publisher(feed.name) if feed is not None and feed.on_topic else "")
    if kind == "paper":
        if maker(title) and (_REPORT.match(title) or _is_open_model(title, text)):
            return release_of(title, text)
        model = released_model(title, text)
        return release_of(title, text, name=model) if model else None
    return None


def _of_product(title: str, feed: Feed | None) -> str:
    product = versions.product(feed.name) if feed is not None else ""
    return title if product.casefold() in title.casefold() else f"{product} {title}"


def _version(name: str, title: str, text: str) -> Release:
    return Release(name=_cut(name), what=what_it_is(name, title, _HEADING.sub("", text)))


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


def merged(found: Iterable[Release | None]) -> Release | None:
    """The first of several tellings of a release, with the facts that it lacks from others of the same name."""
    known = [one for one in found if one is not None]
    if not known:
        return None
    first = known[0]
    for other in known[1:]:
        if other.name.casefold() == first.name.casefold():
            lacking = {name: fact for name in _FACTS if not getattr(first, name) and (fact := getattr(other, name))}
            first = replace(first, **lacking)
    return first


def publisher(feed: str) -> str:
    """Whose feed it is, by its name: `Acme` for `Acme Research Blog`."""
    return _PUBLISHES.sub("", feed) or feed


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
    if rest[:1].islower() or (0 < len(rest.split()) <= NAME_WORDS and PLACED.search(rest)):
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
