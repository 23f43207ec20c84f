"""Text from anywhere -> one clean line, a web address that may be linked, a name for an anchor. Escapes for no format."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import quote, urlsplit

from digest.text.tex import untex

# Characters that reorder or hide the text around them, whatever the output: bidirectional overrides and isolates, marks
# without width, the byte order mark. The joiners U+200C and U+200D stay: scripts and emoji need them.
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]")
# Controls, lone surrogates and characters that Unicode will never assign.
_NEVER = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_UNPRINTABLE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NEVER}]")
_ENDS = re.compile(r"(?<!\bal)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\bFig)(?<!\b[A-Z])[.!?。][\"”’)]*$")
ADDRESS = 2_000  # characters of an address that every browser follows
# What most addresses look like, and what needs no second look.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9!$&'()*+,/:;=?@~._%#-]*)?")
_ODD = re.compile(r"[^!-~]")  # all that is not visible ASCII
_SAFE_IN_URL = "!#$%&'()*+,/:;=?@~-._"


def clean(text: str) -> str:
    """One line of visible characters: white space collapsed; controls, bidi marks and non-characters left out."""
    visible = _INVISIBLE.sub("", " ".join(text.split()))
    return visible if visible.isprintable() else " ".join(_UNPRINTABLE.sub("", visible).split())


def one_line(text: str, chars: int | None = None) -> str:
    """Foreign text as one line that moves no cursor, for a terminal, a log, an error or the ledger.

    Args:
        text: from a server, a file or a person.
        chars: the most characters to keep; the last is an ellipsis where some were left out.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    line = " ".join(text.split())
    return line if chars is None or len(line) <= chars else line[: chars - 1] + "…"


@lru_cache(maxsize=8192)
def readable(text: str) -> str:
    """A clean line without TeX's marks, where they have a plain form."""
    return untex(clean(text))


@lru_cache(maxsize=8192)  # an issue is seen several times: by each format, and by each try to keep the mail small
def web_url(url: str) -> str:
    """The address in ASCII if it is http(s) with a host, not too long and without credentials, else the empty string."""
    if _PLAIN_URL.fullmatch(url) and len(url) <= ADDRESS:
        return url
    address = url.strip()
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.password)
        _ = parts.port  # raises where it can be none
    except ValueError:  # a bracket or a port that cannot be one
        return ""
    if not usable or any(char.isspace() or _UNPRINTABLE.match(char) for char in _ODD.findall(address)):
        return ""
    ascii_url = quote(address, safe=_SAFE_IN_URL, errors="replace")
    return ascii_url if len(ascii_url) <= ADDRESS else ""


@lru_cache(maxsize=8192)
def anchor(item_id: str) -> str:
    """The name of an item's place in an issue; the same in every issue, so that later ones can link to it."""
    return "i" + hashlib.sha256(item_id.encode(errors="replace")).hexdigest()[:10]


def shorten(text: str, words: int) -> str:
    """At most so many words: whole sentences where they fill half of the room, else with an ellipsis for the rest.

    A formula between dollar signs is one word. Nothing where no words are wanted.
    """
    tokens = list(re.finditer(r"\$[^$\s][^$]*\$\S*|\S+", text))
    if len(tokens) <= words:
        return text
    if not words:
        return ""
    ends = [token.end() for token in tokens[words // 2 : words] if _ENDS.search(token[0])]
    return text[: ends[-1]] if ends else text[: tokens[words - 1].end()].rstrip(" ,;:–—-") + " …"


def sentences(text: str, words: int) -> str:
    """As many whole sentences as have at most so many words together; shortened where the first has more."""
    ends = [token.end() for token in list(re.finditer(r"\S+", text))[:words] if _ENDS.search(token[0])]
    return text[: ends[-1]] if ends else shorten(text, words)


def cut(text: str, chars: int | None) -> str:
    """At most so many characters, cut between words where a word ends in the last third, with an ellipsis."""
    if chars is None or len(text) <= chars:
        return text
    head = text[: chars - 1]
    word_end = head.rfind(" ")
    return (head[:word_end] if word_end > chars * 2 // 3 else head).rstrip(" ,;:–—-") + "…"
