"""Turn foreign text into one clean line, a safe URL, an anchor name, or a key of the store. Escaping is left to the output formats."""

import hashlib
import re
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from urllib.parse import quote, urlsplit

from digest.text.sentences import broken_off
from digest.text.tex import untex

# Characters that reorder or hide the text around them, whatever the output: bidirectional overrides and isolates, marks
# without width, the byte order mark, tags. The joiners U+200C and U+200D stay: scripts and emoji need them.
_HIDING = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e007f"
# Controls, lone surrogates and characters that Unicode will never assign.
_NEVER = "".join(chr(plane << 16 | low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
_CONTROLS = f"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef{_NEVER}"
_INVISIBLE = re.compile(f"[{_HIDING}]")
_UNPRINTABLE = re.compile(f"[{_CONTROLS}]")
UNSEEN = re.compile(f"[{_HIDING}{_CONTROLS}]")
_ENDS = re.compile(r"(?<!\bal)(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\bcf)(?<!\bFig)(?<!\b[A-Z])[.!?。][\"”’)]*$")
# The hosts of the placeholders for a reader's own links. A feed that writes one must not get what stands in its place.
_PLACEHOLDER = re.compile(r"(unsubscribe|preferences)\.(invalid)", re.IGNORECASE)
ADDRESS = 2_000  # the longest URL that every browser opens
# The form of most URLs, which need no further check.
_PLAIN_URL = re.compile(r"https?://[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?:/[A-Za-z0-9!$&'()*+,/:;=?@~._%#-]*)?")
_ODD = re.compile(r"[^!-~]")  # everything except visible ASCII
_SAFE_IN_URL = "!#$%&'()*+,/:;=?@~-._"
# Marks of Markdown around words.
_MARKED_CHARS = 20_000  # of a longer line no marks are removed
_OPENS, _CLOSES = r"(?<![^\s(\[{“‘\"'—–/*_-])", r"(?![^\s)\]}”’\"'—–/.,;:!?*_-])"
_STRONG = re.compile(rf"{_OPENS}\*\*(?=[^\s*])([^*\n]{{1,200}}?)(?<=[^\s*])\*\*{_CLOSES}")
_WEAK = re.compile(rf"{_OPENS}\*(?=[^\W_]|[“‘\"'])([^*\n]{{1,200}}?)(?<=[^\s*])\*{_CLOSES}")
_UNDERLINED = re.compile(rf"{_OPENS}(?<!_)_(?=[^\W\d_])([^_\n]{{1,60}}?)(?<=[^\W_])_(?!_){_CLOSES}")
_CODE = re.compile(rf"{_OPENS}`(?=[^\s`])([^`\n]{{1,100}}?)(?<=[^\s`])`(?!`)")
_LINK = re.compile(r"(?<![\w\]!])\[([^\[\]\n]{1,120})\]\(https?://[^\s()]{1,300}\)")
KEY_BYTES = 1_000  # an entry of an index of PostgreSQL has at most 2,700
_KEPT_BYTES = 900  # bytes of a longer key that stay readable


def clean(text: str) -> str:
    """The visible characters of a foreign text as one line, in which nothing stands for a reader's own link."""
    return _harmless(visible(text))


def visible(text: str) -> str:
    """One line without controls, bidi marks and non-characters, and with single spaces."""
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    line = " ".join(text.split())
    return line if line.isprintable() else " ".join(UNSEEN.sub("", line).split())


def clean_lines(text: str) -> str:
    r"""Several lines of visible characters, joined by `\n`, with their indentation. Every other line or page break ends a line too."""
    lines = (_INVISIBLE.sub("", line).expandtabs(4).rstrip() for line in text.splitlines())
    return _harmless("\n".join(_UNPRINTABLE.sub("", line) for line in lines).strip("\n"))


def _harmless(text: str) -> str:
    """The text without anything like a placeholder for a reader's own link."""
    return _PLACEHOLDER.sub(r"\1 \2", text) if "invalid" in text.lower() else text


def one_line(text: str, chars: int | None = None) -> str:
    """Foreign text as one line without control characters, for a terminal, a log, an error or the ledger.

    Args:
        text: from a server, a file or a person.
        chars: the maximum length. The last character is an ellipsis if the text was cut.
    """
    if not text.isprintable():
        text = "".join(char if char.isprintable() else " " for char in text)
    line = " ".join(text.split())
    return line if chars is None or len(line) <= chars else line[: chars - 1] + "…"


@lru_cache(maxsize=8192)
def readable(text: str) -> str:
    """A clean line in which TeX markup is replaced by plain characters where possible, and which has no marks of Markdown around words."""
    return _harmless(unmarked(untex(clean(text))))


def unmarked(line: str) -> str:
    """The line without the marks of Markdown around words: `*how*` becomes how, and `[a page](https://…)` becomes a page.

    Products (`2 * 3`), names with marks (`A*`, `snake_case`) and footnotes (`*`) stay. All patterns are bounded.
    """
    if len(line) > _MARKED_CHARS:
        return line
    if "](" in line:
        line = _LINK.sub(r"\1", line)
    if "`" in line:
        line = _CODE.sub(r"\1", line)
    if "*" in line:
        line = _WEAK.sub(r"\1", _STRONG.sub(r"\1", line))
    return _UNDERLINED.sub(r"\1", line) if "_" in line else line


@lru_cache(maxsize=8192)  # every format of an issue, and every attempt to shrink the mail, cleans the same texts
def web_url(url: str) -> str:
    """The URL in ASCII if it is http(s) with a host, not too long and without credentials; otherwise the empty string."""
    if _PLACEHOLDER.search(url):
        return ""
    if _PLAIN_URL.fullmatch(url) and len(url) <= ADDRESS:
        return url
    address = url.strip()
    if len(address) > ADDRESS:
        return ""
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and not (parts.username or parts.password)
        _ = parts.port  # raises if it is invalid
    except ValueError:  # an invalid bracket or port
        return ""
    if not usable or any(char.isspace() or _UNPRINTABLE.match(char) for char in _ODD.findall(address)):
        return ""
    ascii_url = parts.scheme + quote(address[len(parts.scheme) :], safe=_SAFE_IN_URL, errors="replace")
    return ascii_url if len(ascii_url) <= ADDRESS else ""


@lru_cache(maxsize=8192)
def anchor(item_id: str) -> str:
    """The anchor of an item on the pages of issues. It depends only on the id, so that other issues can link to it."""
    return "i" + hashlib.sha256(item_id.encode(errors="replace")).hexdigest()[:10]


def shorten(text: str, words: int) -> str:
    """At most this many words: whole sentences if they fill half of the limit, otherwise a cut with an ellipsis.

    A formula between dollar signs is one word. A limit of 0 gives the empty string.
    """
    tokens = list(islice(re.finditer(r"\$[^$\s][^$]{0,2000}\$\S*|\S+", text), words + 1))
    if len(tokens) <= words:
        return text
    if not words:
        return ""
    ends = [token.end() for token in tokens[words // 2 : words] if _ENDS.search(token[0][-40:])]
    return text[: ends[-1]] if ends else broken_off(text[: tokens[words - 1].end()])


def sentences(text: str, words: int) -> str:
    """As many whole sentences as fit into this many words. If the first does not fit, it is shortened."""
    ends = [token.end() for token in islice(re.finditer(r"\S+", text), words) if _ENDS.search(token[0][-40:])]
    return text[: ends[-1]] if ends else shorten(text, words)


def cut(text: str, chars: int | None) -> str:
    """At most this many characters, with an ellipsis; cut between words if one ends in the last third."""
    if chars is None or len(text) <= chars:
        return text
    head = text[: chars - 1]
    word_end = head.rfind(" ")
    return (head[:word_end] if word_end > chars * 2 // 3 else head).rstrip(" ,;:–—-") + "…"


def fitted(key: str) -> str:
    """A key that every database takes: of one that is too long, its beginning and a digest of all of it.

    NUL and U+0001 become U+FFFD: PostgreSQL stores no NUL, in whose place it has U+0001, and SQLite's lists end at one.
    """
    key = key.replace("\0", "\ufffd").replace("\1", "\ufffd")
    if len(key) <= KEY_BYTES // 4:
        return key
    whole = key.encode("utf-8", "surrogatepass")
    if len(whole) <= KEY_BYTES:
        return key
    return f"{whole[:_KEPT_BYTES].decode('utf-8', 'ignore')}…{sha256(whole).hexdigest()}"
