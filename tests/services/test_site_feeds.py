"""The archive's feeds: what each holds, that its pages announce it, and that an id never changes."""

import json
import re
from dataclasses import replace
from pathlib import Path

import feedparser
import pytest

from digest.feeds.subscriptions import opml
from digest.model import Release, Released
from digest.render.site import source_id
from support.issues import archived, issue, several
from support.running import Run

CONFIG = "digest: {{title: {title}}}\n{more}feeds: [{{name: arXiv, url: 'https://example.org/f', kind: papers}}]\n"
ALL = ("feed", "lead/feed", "releases/feed", "trends/agents/feed", f"sources/{source_id('arXiv')}/feed")
# As the first edition wrote it, for a digest with this title.
OLD = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
<id>urn:uuid:bc29384f-033f-56a2-974b-cf5d3eb3b9ed</id>
<entry>
<id>urn:uuid:6cc6b383-9126-5026-b860-4f4df4f1e3da</id>
<link rel="alternate" type="text/html" href="2026-W27/index.html"/>
</entry>
</feed>
"""


def configured(place: Path, *, title: str = "LLM Trends Weekly", more: str = "") -> None:
    (place / "feeds.yaml").write_text(CONFIG.format(title=title, more=more))


@pytest.fixture
def place(tmp_path: Path) -> Path:
    plain, later = several(0), several(1)
    first = later.trends[0].items[0].id
    archived(tmp_path, plain, replace(later, lead=first, releases=(Released(id=first, release=Release(name="M")),)))
    configured(tmp_path)
    return tmp_path


def ids(place: Path) -> dict[str, list[str]]:
    return {name: re.findall(r"<id>(.*?)</id>", (place / f"archive/{name}.xml").read_text()) for name in ALL}


@pytest.mark.parametrize(
    ("title", "more"),
    [
        ("Another", ""),
        ("LLM Trends Weekly", "delivery: {from: a@example.org, list_id: llm.example.org}\n"),
        ("LLM Trends Weekly", "delivery: {base_url: 'https://one.example/news'}\n"),
    ],
    ids=["title", "list id", "address"],
)
def test_no_id_changes_with_the_title_the_list_id_or_the_address(run: Run, place: Path, title: str, more: str) -> None:
    run("-C", place, "render", "--all")
    before = ids(place)
    configured(place, title=title, more=more)
    assert run("-C", place, "render", "--all").code == 0
    assert ids(place) == before
    assert all(len(set(found)) == len(found) > 1 for found in before.values())


def test_published_ids_stay(run: Run, place: Path) -> None:
    (place / "archive/feed.xml").write_text(OLD)
    run("-C", place, "render", "--all")
    own, later, first = ids(place)["feed"]
    assert [own, first] == re.findall("<id>(.*)</id>", OLD)
    assert later not in OLD


def test_a_broken_feed_counts_as_missing(run: Run, place: Path) -> None:
    run("-C", place, "render", "--all")
    before = ids(place)
    (place / "archive/feed.xml").write_text("<feed")
    run("-C", place, "render", "--all")
    assert ids(place) == before


def test_each_feed_holds_its_part_and_both_formats_agree(run: Run, place: Path) -> None:
    run("-C", place, "render", "--all")
    sizes = {}
    for name in ALL:
        atom = feedparser.parse((place / f"archive/{name}.xml").read_bytes())
        assert not atom.bozo
        twin = json.loads((place / f"archive/{name}.json").read_text())
        assert [one["id"] for one in twin["items"]] == [entry.id for entry in atom.entries]
        assert [one["title"] for one in twin["items"]] == [entry.title for entry in atom.entries]
        sizes[name] = len(atom.entries)
    assert list(sizes.values()) == [2, 1, 1, 22, 16]
    found = ids(place)
    assert (
        set(found["lead/feed"][1:])
        == set(found["releases/feed"][1:])
        < set(found[ALL[-1]])
        < set(found[ALL[-2]]) | {found[ALL[-1]][0]}
    )


def test_an_entry_leads_to_the_item_and_to_its_place_in_the_issue(run: Run, place: Path) -> None:
    configured(place, more="delivery: {base_url: 'https://one.example/news'}\n")
    run("-C", place, "render", "--all")
    entry = feedparser.parse((place / "archive/lead/feed.xml").read_bytes()).entries[0]
    links = {link.rel: link.href for link in entry.links}
    assert links["alternate"] == "https://arxiv.org/abs/2606.01234"
    key, anchor = re.fullmatch(r"https://one.example/news/(.*)/#(.*)", links["related"]).groups()  # type: ignore[union-attr]
    assert f'id="{anchor}"' in (place / f"archive/{key}/index.html").read_text()


def test_pages_announce_their_feeds_and_a_list_names_all(run: Run, place: Path) -> None:
    configured(place, more="delivery: {base_url: 'https://one.example/news'}\n")
    run("-C", place, "render", "--all")
    for name in ALL:
        page = {"feed": "", "lead/feed": "", "releases/feed": ""}.get(name, name.removesuffix("feed"))
        link = "feed.xml" if page else f"{name}.xml"
        html = (place / f"archive/{page}index.html").read_text()
        assert re.search(rf'<link rel="alternate" type="application/atom\+xml" title="[^"]+" href="{link}">', html)
    listed = opml.read((place / "archive/feeds.opml").read_bytes())
    addresses = {feed.url for feed in listed.feeds}
    assert not listed.refused
    assert {f"https://one.example/news/{name}.xml" for name in ALL} <= addresses
    assert all((place / "archive" / url.removeprefix("https://one.example/news/")).exists() for url in addresses)


def test_a_draft_is_in_no_feed(run: Run, place: Path) -> None:
    run("-C", place, "render", "--all")
    before = ids(place)
    archived(place, issue(2, state="draft"))
    run("-C", place, "render", "--all")
    assert ids(place) == before
