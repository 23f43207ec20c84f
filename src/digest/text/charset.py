"""Decode bytes with a declared charset that may be wrong. An invalid byte affects only itself, never the rest.

A byte order mark decides; then what is valid UTF-8 is UTF-8, whatever it is called; then the first charset named that fits.
"""

import codecs
import re

from digest.text.markup import bounded_references

# Labels of the WHATWG for which Python's codec of the same name is too strict.
_MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "tis-620": "cp874",
}
_ESCAPING = frozenset({"iso2022_jp", "iso2022_kr", "hz", "utf-7"})  # their bytes are ASCII and therefore valid UTF-8
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_DECLARED = re.compile(rb"\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_SURROGATES = re.compile(b"\xed[\xa0-\xaf][\x80-\xbf]\xed[\xb0-\xbf][\x80-\xbf]")  # a character above U+FFFF in CESU-8
_WORD_BEYOND_ASCII = re.compile(rb"[\x80-\xff]{4}")
_ENCODING = re.compile(r"^(\s*<\?xml\s[^>]{0,200}?)\s+encoding\s*=\s*(?:\"[^\"]{0,40}\"|'[^']{0,40}')")


def decode(body: bytes, content_type: str = "") -> tuple[str, str]:
    """The text of a document, and a note if its bytes do not have the declared charset; otherwise empty.

    Args:
        body: the document.
        content_type: the HTTP header, which may name a charset; may be empty.
    """
    header, declared = charset_of(content_type), _declared(body)
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _without_nulls(body[len(mark) :].decode(codec, "replace")), ""
    wide = _wide(body)
    if wide:
        return body.decode(wide, "replace"), _note(header or declared, wide)
    named = [codec for codec in (header, declared) if codec]
    escaping = next((codec for codec in named if codec in _ESCAPING), "")
    text = _strictly(body, escaping or "utf-8")
    if text is not None:
        return text, "" if body.isascii() else _note(named[0] if named else "", escaping or "utf-8")
    if "utf-8" not in named or not _mostly_utf8(body):
        for codec in named:
            if codec != "utf-8" and (text := _strictly(body, codec)) is not None:
                return text, ""
    return _western(body) or _mended(body), "some bytes are not UTF-8; they were mended"


def charset_of(content_type: str) -> str:
    """Python's name of the charset in a header; empty if unknown."""
    found = _CHARSET.search(content_type)
    return _codec(found[1]) if found else ""


def _declared(body: bytes) -> str:
    found = _DECLARED.match(body[:400])
    return _codec(found[1].decode("ascii")) if found else ""


def _codec(label: str) -> str:
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""
    if name.startswith(("utf-16", "utf-32")):  # without a mark and NUL bytes it cannot be this
        return ""
    return _MEANT.get(name, name)


def _note(named: str, found: str) -> str:
    return f"the declared charset is wrong; read as {found}" if named not in ("", found) else ""


def _wide(body: bytes) -> str:
    """UTF-16 or UTF-32 without a byte order mark, detected by the zeros around the first character."""
    head = body[:4]
    if len(head) < 4 or 0 not in head:
        return ""
    zeros = (head[0] == 0, head[1] == 0, head[2] == 0, head[3] == 0)
    return {
        (False, True, True, True): "utf-32-le",
        (True, True, True, False): "utf-32-be",
        (False, True, False, True): "utf-16-le",
        (True, False, True, False): "utf-16-be",
    }.get(zeros, "")


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        text = body.decode(codec)
    except (UnicodeError, LookupError, ValueError):
        return None
    return text if isinstance(text, str) else None


def _mostly_utf8(body: bytes) -> bool:
    """Whether there are more complete UTF-8 characters than invalid bytes."""
    whole = body.decode("utf-8", "ignore")
    good = len(whole) - len(whole.encode("ascii", "ignore"))
    return good >= len(body) - len(whole.encode())


def _western(body: bytes) -> str | None:
    """The text in Windows-1252, if nothing in it is UTF-8 and its letters beyond ASCII stand alone, as in the languages of the west."""
    if _WORD_BEYOND_ASCII.search(body) or _mostly_utf8(_SURROGATES.sub(_one_character, body)):
        return None
    return _strictly(body, "cp1252")


def _mended(body: bytes) -> str:
    """Decode UTF-8. A single invalid byte becomes a letter of Windows-1252, a truncated character U+FFFD."""
    body = _SURROGATES.sub(_one_character, body)
    return body.decode("utf-8", "digest-mended")


def _one_character(pair: re.Match[bytes]) -> bytes:
    high, low = pair[0][:3].decode("utf-8", "surrogatepass"), pair[0][3:].decode("utf-8", "surrogatepass")
    return (high + low).encode("utf-16", "surrogatepass").decode("utf-16").encode()


def _letter(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    following = error.object[error.end : error.end + 1]
    if len(bad) > 1 or (following and following[0] >= 0x80 and bad[0] >= 0xC0):
        return "\ufffd", error.end  # part of a character, not a letter of another charset
    return bad.decode("cp1252", "replace"), error.end


codecs.register_error("digest-mended", _letter)


def _without_nulls(text: str) -> str:
    return text.replace("\x00", "")


def as_utf8(text: str) -> bytes:
    """An XML document converted to UTF-8 with a matching declaration, and without numeric references that parsers refuse."""
    return bounded_references(_ENCODING.sub(r"\1", text.removeprefix("\ufeff"))).encode("utf-8", "replace")
