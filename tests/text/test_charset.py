"""The charset of a document is told from its bytes, and one bad byte costs one character."""

import pytest

from digest.text.charset import as_utf8, decode

TEXT = "<?xml version='1.0' encoding='{}'?><t>5 € für Größe — naïve</t>"
KOREAN = "<?xml version='1.0' encoding='{}'?><t>대규모 언어 모델</t>"


@pytest.mark.parametrize("codec", ["utf-8", "windows-1252", "cp1254"])
def test_a_charset_is_what_it_says(codec: str) -> None:
    text = TEXT.format(codec)
    assert decode(text.encode(codec)) == (text, "")


@pytest.mark.parametrize("codec", ["euc-kr", "cp949", "iso-2022-kr", "utf-8"])
def test_so_is_one_of_asia(codec: str) -> None:
    text = KOREAN.format(codec)
    assert decode(text.encode(codec)) == (text, "")


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_bytes_tell_more_than_names(codec: str) -> None:
    text = TEXT.format("utf-8")
    assert decode(text.encode(codec), "text/xml; charset=iso-8859-1")[0] == text


@pytest.mark.parametrize("named", ["iso-8859-1", "us-ascii", "euc-kr", "utf-16", "\xff", "x" * 500, "hex", "rot13"])
def test_utf8_is_utf8_whatever_it_is_called(named: str) -> None:
    text = TEXT.format("utf-8")
    assert decode(text.encode(), f"text/xml; charset={named}")[0] == text


@pytest.mark.parametrize(
    ("bad", "meant"),
    [
        (b"na\xefve", "naïve"),
        (b"\x93Tools\x94", "“Tools”"),
        (b"5\xa0kg", "5\xa0kg"),
        ("모델".encode()[:-1], "모�"),
        ("모델".encode()[:-1] + b"<b/>", "모�<b/>"),
        (b"\xed\xa0\xbd\xed\xb8\x80", "😀"),
    ],
)
def test_one_bad_byte_leaves_the_rest(bad: bytes, meant: str) -> None:
    good = TEXT.format("utf-8")
    assert decode(good.encode() + bad + KOREAN.encode(), "application/xml; charset=utf-8") == (
        good + meant + KOREAN,
        "some bytes are not UTF-8; they were mended",
    )


def test_references_beyond_all_characters_are_none() -> None:
    text = f"<?xml version='1.0' encoding='latin-1'?><t>&#{'9' * 5000}; &#0000000000065; &#x{'f' * 9};</t>"
    assert as_utf8(text) == "<?xml version='1.0'?><t>\ufffd &#65; \ufffd</t>".encode()
