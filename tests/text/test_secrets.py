"""Addresses without what is secret in them."""

import pytest

from digest.text.secrets import masked, public, without_credentials


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://ada:hunter2@example.org/f?x=1#y", "https://example.org/f"),
        ("https://example.org:8443/f", "https://example.org:8443/f"),
        ("https://[broken/f?token=1", ""),
        ("feeds/local.xml", "feeds/local.xml"),
    ],
)
def test_anybody_may_see_scheme_host_and_path(address: str, expected: str) -> None:
    assert public(address) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://ada:hunter2@example.org/f", "https://example.org/f"),
        ("https://ada@example.org", "https://example.org"),
        ("https://ada:p@ss@example.org/f@g?h=i@j", "https://example.org/f@g?h=i@j"),
        ("https://example.org/f?token=s", "https://example.org/f"),
        ("https://example.org/f?id=7&token=s&page=2#top", "https://example.org/f?id=7&page=2#top"),
        ("https://example.org/f?Access_Token=s&b=%2C", "https://example.org/f?b=%2C"),
        ("https://example.org/f?api-key=s;b=2", "https://example.org/f?b=2"),
        ("https://example.org/f?X-Amz-Signature=s&X-Amz-Date=d", "https://example.org/f?X-Amz-Date=d"),
        ("https://example.org/f?auth%5Btoken%5D=s&b", "https://example.org/f?b"),
        (
            "https://example.org/f?tokens=3&author=ada&key=v&e=&f",
            "https://example.org/f?tokens=3&author=ada&key=v&e=&f",
        ),
        ("https://example.org/#/f?token=s", "https://example.org/#/f?token=s"),
        ("ada:hunter2", "ada:hunter2"),
    ],
)
def test_credentials_are_left_out_and_all_else_stays_as_written(address: str, expected: str) -> None:
    assert without_credentials(address) == expected
    assert without_credentials(expected) == expected


def test_a_text_is_shown_without_the_credentials_of_its_addresses() -> None:
    text = "feed 'http://ada:hunter2@example.org/f?token=s3cr3t' and <ftp://x:y@z/?a=1&password=p>: cannot be read; see https://example.org"
    assert masked(text) == "feed 'http://example.org/f' and <ftp://z/?a=1>: cannot be read; see https://example.org"
