"""Tell papers that make a model available from those that study models, by their titles and abstracts. All patterns are bounded.

In: the title and the abstract of a paper. Out: the name of the model that it releases, or nothing. A paper releases a model if its title
begins with the model's name and the text says that its weights are out, that it is open, or that a known maker presents it.
"""

import re
from collections.abc import Iterator

from digest.editorial.kinds import family

TITLE_CHARS = 500
TEXT_CHARS = 4_000
NAME_WORDS = 4

_HEAD = re.compile(
    r"^(?P<named>[^:]{2,60}?)(?P<report>\s(?:technical report|model card|system card))?\s?:\s"
    r"|^(?P<alone>.{2,60}?)\s(?:technical report|model card|system card)\b",
    re.IGNORECASE,
)
_COINED = re.compile(r"[A-Z].*[A-Z]|\d")  # `DreamReasoner-8B`, `MOSS-Audio`, `Mellum2`
_MEASURES = re.compile(r"bench|arena|dataset|corpus|\beval", re.IGNORECASE)
_MEASURED = re.compile(r"\bbenchmark(?:ing)?\b|\bdatasets?\b|\bcorpus\b|\?", re.IGNORECASE)
MODEL = r"(?:models?|LLMs?|VLMs?|MLLMs?|LMs?|transformers?)\b"
_ABOUT_MODELS = re.compile(rf"\b{MODEL}", re.IGNORECASE)
# The words before `model` in the name of a kind of model; others begin a description of something else.
_KIND = (
    r"(?:(?!\b(?:benchmark|framework|system|dataset|for|that|of|which|to|from|in|on|with|by|method|pipeline|harness"
    r"|playground|monitor)\b)[^.;,:()])"
)
_RELEASED = re.compile(
    r"\b(?:we|are)\s(?:(?:also|hereby|publicly|openly|now|fully|further)\s){0,2}(?:releas(?:e|ing)|open[- ]sourc(?:e|ing)|make)\b"
    r"(?:(?!\bbenchmark)[^.;]){0,110}?\b(?:weights|checkpoints?|models?)\b(?!\s(?:outputs?|responses|predictions|behaviou?r|library))"
    r"|\b(?:weights|checkpoints|models)\s(?:are|is)\s(?:\w+\s){0,2}(?:available|released|open)\b",
    re.IGNORECASE,
)
_TRAINED = re.compile(r"fine-?tun|\bpre-?train|\btrain", re.IGNORECASE)
_SIZE = re.compile(r"\b\d+(?:\.\d+)?B\b")
_OPEN = re.compile(r"\bopen\b|\bopen-", re.IGNORECASE)
_IS_A_MODEL = re.compile(
    r"(?:[-\s]?[\w.-]{1,30})?(?:\s\([^)]{1,40}\))?(?:,|\sis)\s(?:an?|the|our)\s"
    rf"(?:{_KIND}{{0,60}}?\b(?:series|family|suite)\sof\s)?{_KIND}{{0,90}}?\b{MODEL}"
)
_HAS_SIZE = re.compile(r"[-\s]?(?:[\w.]{1,20}-)?\d{1,4}(?:\.\d{1,2})?B\b")
_PRESENTS = re.compile(r"\b(?:introduc|present|releas|open[- ]sourc|unveil|announc)\w{1,4}\s(?:the\s)?", re.IGNORECASE)


def released_model(title: str, text: str) -> str:
    """The name of the model that a paper makes available; empty if it makes none available."""
    title, text = title[:TITLE_CHARS], " ".join(text[:TEXT_CHARS].split())
    head = _HEAD.match(title)
    if head is None:
        return ""
    name = (head["named"] or head["alone"]).strip()
    after = title[head.end() :]
    if not _is_coined(name) or _MEASURES.search(name) or _MEASURED.search(after):
        return ""
    report = bool(head["report"] or head["alone"])
    return name if _releases(name, title, text, after=after, report=report) else ""


def _releases(name: str, title: str, text: str, *, after: str, report: bool) -> bool:
    """Whether the text makes the model of this name available; `after` is what the title says behind the name."""
    kind = _kind_of_model(name, text)
    of_maker = _begins_with_family(title)
    released = _RELEASED.search(text)
    if report:
        return bool(kind or of_maker or released)
    if kind and _OPEN.search(kind):
        return True
    if of_maker and _is_presented(name, text) and (kind or _is_sized(name, text)):
        return True
    if released is None:
        return False
    trained = _SIZE.search(text) is not None and _TRAINED.search(text) is not None
    told = _ABOUT_MODELS.search(after) is not None or name in released[0]
    return bool(kind) or _is_sized(name, f"{name} {text}") or (trained and told)


def _is_coined(name: str) -> bool:
    """Whether it is a short name, such as `Sumi` or `HaloGuard 1.0`, and no beginning of a sentence."""
    words = name.split()
    return len(words) <= NAME_WORDS and (_COINED.search(name) is not None or (len(words) == 1 and name[:1].isupper()))


def _begins_with_family(title: str) -> bool:
    known = family(title)
    return bool(known) and title.lower().startswith(known)


def _kind_of_model(name: str, text: str) -> str:
    """What the text says that the name is, if that is a model: `NAME, a fully open 7B language model`."""
    found = next(filter(None, (_IS_A_MODEL.match(text, end) for end in _ends(name, text))), None)
    return name + found[0] if found else ""


def _is_sized(name: str, text: str) -> bool:
    """Whether the text names a size of it, as in `NAME-35B-A3B`."""
    return any(_HAS_SIZE.match(text, end) for end in _ends(name, text))


def _is_presented(name: str, text: str) -> bool:
    """Whether the text says that it presents it."""
    low = name.casefold()
    return any(text[found.end() : found.end() + len(name)].casefold() == low for found in _PRESENTS.finditer(text))


def _ends(name: str, text: str) -> Iterator[int]:
    """Where the name ends, each time that it stands in the text."""
    start = text.find(name)
    while start >= 0:
        yield start + len(name)
        start = text.find(name, start + 1)
