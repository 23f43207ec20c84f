"""Documents of our own in the shape of quirks that real feeds have. Each lies beside what it must be read as.

To add a case, put a document into tests/corpus/feeds, run `DIGEST_CORPUS=write pytest tests/feeds/test_corpus.py`, and read the
JSON file that appears.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from digest.feeds.parsing import fast, parse, tolerant
from digest.model import Document
from support.running import ROOT

CORPUS = ROOT / "tests" / "corpus" / "feeds"
DOCUMENTS = [path for path in sorted(CORPUS.iterdir()) if not path.name.endswith(".expected.json")]
URL = "https://notes.example.org/feed"


def plain(document: Document) -> dict[str, Any]:
    """The document as JSON, without fields that are empty everywhere."""
    found = json.loads(json.dumps(asdict(document), default=lambda date: date.isoformat()))
    entries = [{name: value for name, value in entry.items() if value} for entry in found.pop("entries")]
    return {name: value for name, value in found.items() if value} | {"entries": entries}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_a_document_is_read_as_its_author_meant_it(path: Path) -> None:
    kind = "application/json" if path.suffix == ".json" else "application/rss+xml"
    found = plain(parse(path.read_bytes(), url=URL, content_type=kind))
    expected = path.with_name(f"{path.stem}.expected.json")
    if os.environ.get("DIGEST_CORPUS") == "write":
        expected.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    assert found == json.loads(expected.read_text())


@pytest.mark.parametrize("path", [path for path in DOCUMENTS if path.suffix == ".xml"], ids=lambda path: path.stem)
def test_the_fast_path_reads_what_the_tolerant_one_reads(path: Path) -> None:
    quick = fast.parse(path.read_bytes(), url=URL, content_type="application/rss+xml")
    if quick is not None:
        assert plain(quick) == plain(tolerant.parse(path.read_bytes(), url=URL, content_type="application/rss+xml"))


def test_the_fast_path_takes_regular_documents() -> None:
    taken = {
        path.stem
        for path in DOCUMENTS
        if path.suffix == ".xml" and fast.parse(path.read_bytes(), url=URL, content_type="application/rss+xml")
    }
    assert {"arxiv-day", "angle-brackets"} <= taken
    assert taken.isdisjoint({"doctype", "utf-16", "windows-1252", "truncated", "relative-links"})
