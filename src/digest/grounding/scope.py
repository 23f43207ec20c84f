"""Find statements that reach further than their sources, or the other way: bounds, conditions, exclusions, what the sources deny, order in time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import islice

from digest.grounding.figures import Figure, distinct, figures
from digest.grounding.relations import Place, likeness, nearest, places
from digest.grounding.roots import root
from digest.grounding.words import Word, covered, is_free, listed, stems, stems_of, words

_AT_MOST = re.compile(
    r"(?:up to|as (?:many|much|high|large|long|far) as|at most|no more than|under|below|less than|fewer than|within|a maximum of)\s*[~≈+$€£-]?$",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"(?:at least|no (?:less|fewer) than|as (?:little|few|low) as|more than|over|above|exceeding|beyond|a minimum of|>=?|≥)\s*[~≈+$€£-]?$",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|gains? of|improvements? of|reductions? of|increases? of|drops? of|cuts? of|up) (?:up to |as much as |as many as |at least |about |around |over |nearly )?[~+$-]?$",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"^\S*(?: (?:points?|percentage|relative|absolute|pp|macro\S*|mean|average|overall)){0,3} (?:improvement|reduction|gain|increase|decrease|drop|boost)\b",
    re.IGNORECASE,
)
_TO = re.compile(
    r"(?<!\bup )\b(?:to|at|reaches|of only) (?:as (?:little|low|much|high) as |up to |about |only |just )?[~$]?$",
    re.IGNORECASE,
)
_FROM = re.compile(r"\bfrom\b.{0,80}$", re.IGNORECASE)
_OUT_OF = re.compile(r"^\s*(?:of|in|out of)\b")
# What a sentence may say only if one of its sources says one of these, too.
_ONLY_WITH: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (re.compile(rf"\b(?:{said})\b", re.IGNORECASE), re.compile(rf"\b(?:{there})", re.IGNORECASE))
    for said, there in (
        (
            r"at least as|no worse than|more \w+ than ever",
            r"at least|no worse|at or above|match|exceed|on par or|or better",
        ),
        (
            r"(?<!not )only (?:when|if|for|in|on|at|by|with|through|via|under|after|where|because)",
            r"only|must|require|need|necessary|essential|sole|exclusive|just|alone|merely|nothing|single|unique|mere|limited|specific|restrict|unless|until|as few|as little|except|but ",
        ),
        (
            r"each of (?:the|its|these)|for each|apiece|per (?!cent)\w+",
            r"each|every|per\b|per-|all|both|any|respective|individual|\w+-level|wise|\w+-dependent|depend",
        ),
        (
            r"even (?:when|if|without|on|in|for|with|at|under)",
            r"even|despite|although|though|regardless|whether|irrespective|while|without|no matter|with or",
        ),
        (
            r"both(?= \w+s?\b.* and )",
            r"both|and|two|as well as|also|while|together|combin|joint|simultaneous|dual|plus|&|as|but",
        ),
        (r"like other|as with other|just like|(?<=, )like|^like", r"like|similar|same|as with|also|too|such as|analog"),
    )
)
_SETS_APART = re.compile(
    r"\b(?:not|no|nor|never|none|neither|nothing|nobody|without|cannot|unlike|rather|instead|whereas|while|but|than|however|though|although|yet|fail\w*|lack\w*|"
    r"less|few|fewer|little|rare|rarely|hard|hardly|harder|difficult\w*|troubl\w*|struggl\w*|against|beyond|avoid\w*|miss\w*|over|despite|replac\w+|versus|compar\w+|oppos\w+|contrast\w*|from|"
    r"un(?!i|der)\w+|non-?\w+|\w+-free|free|skip\w*|insufficient|impossible|inability|absent|absence|beat\w*|surpass\w*|outperform\w*|stop\w*|separat\w*|"
    r"reject\w*|exclud\w*|drop\w*|throw\w*|sav(?:es?|ing)|spar(?:es?|ing)|refus\w*|ignor\w*|neglect\w*|overlook\w*|omit\w*|prevent\w*|limit\w*|remain\w*|still)\b|n't\b",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:struggles? to|fails? to|unable to|rather than|instead of|as opposed to|unlike|without|nor|not|cannot|no|never|neither|lacks?|lacking)\b|n't\b",
    re.IGNORECASE,
)
_STOPS = re.compile(r"[,;:()]|\s-{1,2}\s|\.\s|\b(?:but|and|or|while|whereas|because|although)\b")
_PREFIXES = ("un", "in", "im", "ir", "non", "non-", "dis")
_IF = re.compile(
    r"\b(?:when|whenever|if|unless|under|provided that|as long as|given|only on|only for|only in|only with)\b",
    re.IGNORECASE,
)
_EARLIER = stems("before prior preceding precede preceded early earlier first initially previously predate")
_LATER = stems("after then following followed afterwards late later subsequently finally eventually lastly")
_WHOSE = listed("earlier previous prior")  # methods, more often than times
_DURING = stems("during while when")
# What stands before a noun and says how many, or whose. Another of its row may not stand there in its place.
_ROWS: tuple[dict[str, str], ...] = tuple(
    {word: name for name, line in row.items() for word in line.split()}
    for row in (
        {
            "all": "all every each any entire whole both", "most": "most majority", "some": "some several various multiple many numerous different diverse",
            "few": "few handful little", "one": "one single", "no": "no none neither",
        },
        {"ours": "our own proposed authors' new novel", "others'": "existing prior previous earlier conventional traditional"},
    )
)  # fmt: skip
_BEFORE = 2  # words between it and its noun, at most
_MOST = 12  # conditions of a source that are looked for
_IN_PLACE_OF = re.compile(r"\b(?:rather than|instead of|as opposed to)\b", re.IGNORECASE)
_SIDE = 4  # words before it that tell what is preferred
_NEAR = 40  # characters before a word in which a negation is the word's
_TOLD = 2  # words of a denial that a sentence tells
_AROUND = 60  # characters around a word in which something is set apart from it
_LIKE = 0.4  # how alike the neighbours of two words of time must be
_SOME = 0.5  # the share of a condition's words with which a sentence tells some of it
_HELD = 0.75  # the share of a statement's words by which a sentence tells it


def widened(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that widen a statement of the sources, or make it firmer."""
    yield from _bounds(sentence, sources)
    text = " . ".join(sources)
    for said, there in _ONLY_WITH:
        found = said.search(sentence)
        if found and not there.search(text):
            yield found[0]
    yield from _conditions(sentence, sources)
    for row in _ROWS:
        mine = _attached(sentence, row)
        theirs: dict[str, set[str]] = {}
        for source in sources:
            for noun, names in _attached(source, row).items():
                theirs.setdefault(noun, set()).update(names)
        for noun, names in mine.items():
            if noun in theirs and not names & theirs[noun]:
                yield f"{' '.join(sorted(names))} {noun}"


def _attached(text: str, row: Mapping[str, str]) -> dict[str, set[str]]:
    """The roots of the words after each word of the row, with the names of those words."""
    found: dict[str, set[str]] = {}
    all_ = words(text)
    for word in all_:
        name = row.get(word.text.casefold())
        if (
            name == "all"
            and word.text.casefold() == "any"
            and _NEGATES.search(text[max(0, word.start - _NEAR) : word.start])
        ):
            name = "no"
        after = [one for one in all_[word.place + 1 : word.place + 2 + _BEFORE] if one.content] if name else []
        for one in after:
            found.setdefault(root(one.text), set()).add(name or "")
    return found


def reversed_(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that say the opposite of the sources, or that reverse an order in time."""
    yield from _prefixed(sentence, sources)
    yield from _asserted(sentence, sources)
    known = [place for source in sources for place in places(source, _EARLIER | _LATER | _DURING)]
    for place in places(sentence, _EARLIER | _LATER):
        alike = nearest(place, known)
        if alike is not None and likeness(place, alike) >= _LIKE and not _same_time(place, alike, known):
            yield place.word.text


def _same_time(one: Place, other: Place, known: Sequence[Place]) -> bool:
    if other.stem in _DURING and one.word.text.casefold() in _WHOSE:
        return True
    times = (_EARLIER, _LATER)
    if any(one.stem in time and other.stem in time for time in times):
        return True
    if one.word.text.casefold() in {"then", "first"} and len(known) == 1:
        return other.stem in _DURING or one.word.text.casefold() == "then"
    return other.stem in _DURING and one.word.text.casefold() == "after" and other.word.text.casefold() != "during"


def _bounds(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Figures that are a maximum in one text and a minimum in the other, or a change in one and a level in the other."""
    known = [(one, source) for source in sources for one in distinct(figures(source))]
    for figure in distinct(figures(sentence)):
        alike = [(one, source) for one, source in known if one.value == figure.value]
        if not alike:
            continue
        mine = _bound(sentence, figure)
        theirs = {_bound(source, one) for one, source in alike}
        if mine and mine not in theirs and theirs - {""}:
            yield f"{mine} {figure.text}"
        change, level = _change(sentence, figure), _level(sentence, figure)
        if level and not change and all(_change(source, one) for one, source in alike):
            yield f"to {figure.text}"
        elif change and not level and all(_level(source, one) and not _change(source, one) for one, source in alike):
            yield f"by {figure.text}"


def _before(text: str, figure: Figure) -> str:
    return text[max(0, figure.start - 40) : figure.start]


def _bound(text: str, figure: Figure) -> str:
    before = _before(text, figure)
    if _AT_MOST.search(before):
        return "at most"
    return "at least" if _AT_LEAST.search(before) else ""


def _change(text: str, figure: Figure) -> bool:
    return (
        _BY.search(_before(text, figure)) is not None or _CHANGE.match(text[figure.end : figure.end + 80]) is not None
    )


def _level(text: str, figure: Figure) -> bool:
    return _TO.search(_before(text, figure)) is not None and not _OUT_OF.match(text[figure.end : figure.end + 80])


def _conditions(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Conditions of the sources' statements that the sentence leaves out."""
    mine = stems_of(sentence)
    for source in sources:
        for found in islice(_IF.finditer(source), _MOST):
            stop = next((one.start() for one in re.finditer(r"[,;:.](?:\s|$)", source[found.end() :])), len(source))
            inside = _content(source[found.end() : found.end() + stop])
            begin = source.rfind(". ", 0, found.start()) + 1
            around = _content(source[begin : found.start()] + " " + source[found.end() + stop :])
            if len(inside) < 2 or len(around) < 3 or len(_IF.findall(sentence)) >= len(_IF.findall(source)):
                continue
            told = sum(covered(word, mine) for word in around) / len(around)
            if told >= _HELD and sum(covered(word, mine) for word in inside) < _SOME * len(inside):
                yield found[0]


def _content(text: str) -> list[Word]:
    return [word for word in words(text) if word.content and not is_free(word)]


def _prefixed(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """Words that have a denying prefix in one of the texts only: `reliable` for `unreliable`, or the reverse."""
    there = {word.text.casefold() for source in sources for word in words(source)}
    roots = {root(word) for word in there}
    denied = {
        root(bare)
        for source in sources
        for word in words(source)
        if (bare := _without_prefix(word.text.casefold()) or _without_ending(word.text.casefold()))
        and not _NEGATES.search(source[max(0, word.start - _NEAR) : word.start])
    }
    for word in words(sentence):
        low = word.text.casefold()
        if low in there or root(low) in roots or _NEGATES.search(sentence[max(0, word.start - _NEAR) : word.start]):
            continue
        bare = _without_prefix(low)
        if root(low) in denied or (
            bare and (bare in there or root(bare) in roots) and not any(map(_NEGATES.search, sources))
        ):
            yield word.text


_NEGATES = re.compile(
    r"\b(?:not|no|nor|never|none|neither|without|cannot|nobody|rather|instead|lacks?|lacking|fails?|hardly|other than|except|beyond|outside|little|few|fewer|avoid\w*|nothing|struggl\w*|difficult\w*|hard|challeng\w*|miss\w*|limit\w*)\b|n't\b",
    re.IGNORECASE,
)
_PREFIXED = listed(
    "uniform unique union unit united unite units universal universe unify unified under understand until unless into include includes including increase "
    "increases inform input inputs inference infer index individual individuals indicate indicates indeed industry influence inherent initial inner inside "
    "insight instance instead instruction instructions integrate intelligent intend intent interact interest internal introduce invest invent involve inspect "
    "important improve improves improvement imply implies impact image images implement implementation discuss display distance distribution discover discovery "
    "distinct distill distillation disease district discipline discourse disentangle disentangled dispatch dispute distinguish domain irrigation inverse inversion "
    "invariant invariance incorporate incorporates incident information inspired install installation instruct interpret invite impose import implicit immediate"
)


def _without_prefix(word: str) -> str:
    """The word without its denying prefix; empty if it has none."""
    if word in _PREFIXED or len(word) < 7 or ("-" in word and not word.startswith("non-")):
        return ""
    return next((word[len(one) :].lstrip("-") for one in _PREFIXES if word.startswith(one)), "")


def _without_ending(word: str) -> str:
    """What a word says is missing: `label` for `label-free`."""
    return word.removesuffix("-free") if word.endswith("-free") else ""


def _asserted(sentence: str, sources: Sequence[str]) -> Iterator[str]:
    """What the sources only deny, while the sentence neither denies it nor sets it apart."""
    mine = {root(word.text): word.start for word in words(sentence) if word.content}
    scopes_of = {source: [_scope(source, found.end()) for found in _DENIES.finditer(source)] for source in sources}
    denied_in = {source: {word.place for scope in scopes for word in scope} for source, scopes in scopes_of.items()}
    affirmed = {root(word.text) for source in sources for word in words(source) if word.place not in denied_in[source]}
    for source, scopes in scopes_of.items():
        denied = denied_in[source]
        yield from _changed_sides(sentence, denied, affirmed, source)
        for scope in scopes:
            told = [word for word in scope if root(word.text) in mine and not _is_named(word)]
            only = [word for word in told if root(word.text) not in affirmed]
            if len(told) * 2 < len(scope) or (len(told) < _TOLD and not only) or not told:
                continue
            places_ = [mine[root(word.text)] for word in told]
            near = sentence[max(0, min(places_) - _AROUND) : max(places_) + _AROUND]
            marks = {found[0].casefold() for found in _SETS_APART.finditer(near)}
            if all(mark.startswith("un") and mark in source.casefold() for mark in marks):
                yield told[0].text


def _is_named(word: Word) -> bool:
    return any(letter.isupper() for letter in word.text[1:])


def _changed_sides(sentence: str, denied: AbstractSet[int], affirmed: AbstractSet[str], source: str) -> Iterator[str]:
    """What a sentence rejects although its source prefers it: `Y rather than X` for `X rather than Y`."""
    only = {root(word.text) for word in words(source) if word.place in denied} - affirmed
    for found in _IN_PLACE_OF.finditer(sentence):
        scope = _scope(sentence, found.end())
        before = [word for word in words(sentence[: found.start()]) if word.content][-_SIDE:]
        if scope and root(scope[0].text) in affirmed and any(root(word.text) in only for word in before):
            yield found[0]


def _scope(source: str, start: int) -> list[Word]:
    """The content words that a denial covers: up to four of its clause, without adverbs of manner."""
    stop = next((one.start() for one in _STOPS.finditer(source, start)), len(source))
    return [
        word
        for word in words(source)
        if start <= word.start < stop and word.content and not is_free(word) and not word.text.endswith("ly")
    ][:4]
