"""Which addresses are one work, and which only look like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.feeds.identity import arxiv_id, canonical_url, keys
from digest.model import Entry


@pytest.mark.parametrize(
    "address",
    [
        "https://arxiv.org/abs/2606.01234",
        "http://arxiv.org/abs/2606.01234v3",
        "https://www.arxiv.org/pdf/2606.01234v1.pdf",
        "https://arxiv.org/html/2606.01234?utm_source=x",
        "https://export.arxiv.org/abs/2606.01234#S1",
        "https://huggingface.co/papers/2606.01234",
        "https://www.alphaxiv.org/abs/2606.01234v2",
        "https://ar5iv.labs.arxiv.org/html/2606.01234",
        "oai:arXiv.org:2606.01234v1",
        "https://doi.org/10.48550/arXiv.2606.01234",
    ],
)
def test_every_spelling_of_one_paper(address: str) -> None:
    assert arxiv_id(address) == "2606.01234"


@pytest.mark.parametrize(
    "address",
    ["https://arxiv.org/list/cs.CL/new", "https://huggingface.co/papers", "https://example.org/2606.01234", ""],
)
def test_what_names_no_paper(address: str) -> None:
    assert arxiv_id(address) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Example.org:80/a?utm_source=feed&b=1", "https://example.org/a?b=1"),
        ("https://example.org", "https://example.org/"),
        ("https://example.org/a#utm_medium=rss", "https://example.org/a"),
        ("https://example.org:443/a#", "https://example.org/a"),
    ],
)
def test_spellings_of_one_page(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a#v1.2", "https://example.org/a#v1.3"),
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/A", "https://example.org/a"),
        ("https://example.org:8443/a", "https://example.org/a"),
    ],
)
def test_different_pages(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=30))
def test_a_canonical_address_is_its_own(path: str, query: str, fragment: str) -> None:
    url = canonical_url(f"http://Example.org/{path}?{query}#{fragment}")
    assert canonical_url(url) == url


def test_a_guid_that_several_entries_share_tells_nothing() -> None:
    same = "https://hamel.dev/"
    entries = [Entry(guid=same, link=same, title="One"), Entry(guid=same, link=same, title="Two")]
    one, two = keys(entries, "https://hamel.dev/index.xml")
    assert one
    assert two
    assert set(one).isdisjoint(two)


def test_a_guid_is_known_in_its_feed_only() -> None:
    (here,) = keys([Entry(guid="1", title="One")], "https://a.example/feed")
    (there,) = keys([Entry(guid="1", title="One")], "https://b.example/feed")
    assert set(here).isdisjoint(there)


def test_a_paper_is_one_in_every_feed() -> None:
    (here,) = keys(
        [Entry(guid="oai:arXiv.org:2606.01234v1", link="https://arxiv.org/abs/2606.01234", title="One")], "a"
    )
    (there,) = keys([Entry(guid="x", link="https://huggingface.co/papers/2606.01234", title="One")], "b")
    assert here[0] == there[0] == "arxiv:2606.01234"


def test_an_entry_without_anything_has_no_key() -> None:
    assert keys([Entry(title="Only words")], "https://a.example/feed") == [()]


@given(st.from_regex(r"https?://[a-z0-9.-]{1,12}(/[\w.~%/-]{0,12})?", fullmatch=True))
def test_a_simple_address_is_read_as_any_other(address: str) -> None:
    """Simple addresses take a short cut; one with a tracking parameter does not."""
    assert canonical_url(address) == canonical_url(f"{address}?utm_source=x")
