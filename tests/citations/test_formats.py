"""What is written is what other programs read: bibtexparser, citeproc-py, bibutils, and Zotero by the fields that it documents."""

import json
import shutil
import subprocess
import warnings
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl
from xml.etree import ElementTree as ET

import bibtexparser
import pytest
from bibtexparser.bparser import BibTexParser

from digest.citations import bibtex, coins, csl, of_card, of_issue, ris
from digest.citations.names import Name
from digest.citations.reference import key_of
from digest.model import Card
from support.issues import ISSUE

PAPER = Card(
    key="2026-W48",
    id="arxiv:2611.01234",
    title=r"100% of GPT-4's {braces} & $\alpha$_x: ~10^6 #1",
    url="https://arxiv.org/abs/2611.01234",
    section="agents",
    shown=True,
    authors=("Laurens van der Maaten", "Qwen Team", "王小明", "Martin Luther King Jr.", "Andy And"),
    summary="It costs 5 $ & more.",
    kind="paper",
    published=datetime(2026, 11, 20, 4, tzinfo=UTC),
    works=("doi:10.1000/x_{y}",),
)
CARDS = {
    "preprint": PAPER,
    "conference": replace(PAPER, id="arxiv:2611.01235", venue="ACL 2027"),
    "post": replace(
        PAPER,
        id="url:https://www.example.org/a?b={c}",
        kind="post",
        works=(),
        sources=("Example Blog",),
        url="https://www.example.org/a?b={c}",
    ),
    "news": replace(PAPER, id="url:https://news.example/1", kind="news", works=(), sources=("News",), published=None),
    "model": replace(PAPER, id="url:https://example.org/m", kind="release", release="model", works=()),
    "software": replace(PAPER, id="url:https://example.org/s", kind="release", release="software", works=()),
}
REFERENCES = tuple(map(of_card, CARDS.values()))


def test_every_kind_has_its_type() -> None:
    assert tuple(one.type for one in REFERENCES) == tuple(CARDS)


def test_bibtexparser_reads_the_bibtex_again() -> None:
    parser = BibTexParser(common_strings=True, ignore_nonstandard_types=False)
    first, second, third, *rest = bibtexparser.loads(bibtex(REFERENCES), parser=parser).entries
    assert first == {
        "ENTRYTYPE": "misc",
        "ID": "arxiv-2611.01234",
        "author": "van der Maaten, Laurens and {Qwen Team} and 王, 小明 and King, Jr., Martin Luther and And, Andy",
        "title": r"100\% of {GPT}-4's \{braces\} \& α\_x: \textasciitilde{}10\textasciicircum{}6 \#1",
        "year": "2026",
        "month": "11",
        "eprint": "2611.01234",
        "archiveprefix": "arXiv",
        "doi": "10.1000/x_%7By%7D",
        "url": "https://arxiv.org/abs/2611.01234",
        "abstract": r"It costs 5 \$ \& more.",
    }
    assert (second["ENTRYTYPE"], second["booktitle"], second["eprint"]) == ("inproceedings", "ACL 2027", "2611.01235")
    assert (third["howpublished"], third["note"], third["url"]) == (
        "Example Blog",
        "Blog post",
        "https://www.example.org/a?b=%7Bc%7D",
    )
    assert [one["note"] for one in rest] == ["News", "Model", "Software"]
    assert "year" not in rest[0]


def test_citeproc_formats_the_csl() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of citeproc-py's own style
        from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
        from citeproc.source.json import CiteProcJSON

        items = json.loads(csl(REFERENCES))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"].lower())]))
        written = [str(entry) for entry in bibliography.bibliography()]
    assert len(written) == len(CARDS)
    assert written[0] == (
        "van der Maaten, L. et al. (2026) “100% of GPT-4's {braces} & α_x: ~10^6 #1”. arXiv. Available at: https://doi.org/10.1000/x_{y}."
    )
    assert items[0]["number"] == "arXiv:2611.01234"
    assert items[0]["author"][:2] == [
        {"family": "Maaten", "given": "Laurens", "non-dropping-particle": "van der"},
        {"literal": "Qwen Team"},
    ]


@pytest.mark.skipif(shutil.which("ris2xml") is None, reason="bibutils is not installed")
@pytest.mark.parametrize(("write", "program"), [(ris, "ris2xml"), (bibtex, "bib2xml")])
def test_bibutils_reads_ris_and_bibtex(write: object, program: str, tmp_path: Path) -> None:
    (tmp_path / "given").write_text(write(REFERENCES))  # type: ignore[operator]
    ran = subprocess.run([program, "-i", "unicode", tmp_path / "given"], capture_output=True, check=True)
    space = {"m": "http://www.loc.gov/mods/v3"}
    works = ET.fromstring(ran.stdout.decode("utf-8-sig")).findall("m:mods", space)
    assert [work.get("ID") for work in works] == [one.key for one in REFERENCES]
    people = [part.text for part in works[0].findall("m:name/m:namePart", space)]
    assert {"Laurens", "Martin", "Luther", "小明", "And", "Andy"} <= set(people)
    assert ("Qwen" in people) is (program == "ris2xml")  # it splits every name in RIS, whatever stands at its end
    assert works[0].findtext("m:originInfo/m:dateIssued", namespaces=space, default="").startswith("2026-11")


def test_rispy_reads_the_ris_again() -> None:
    import rispy

    read = rispy.loads(ris(REFERENCES))
    assert [one["type_of_reference"] for one in read] == ["UNPB", "CPAPER", "BLOG", "NEWS", "COMP", "COMP"]
    assert read[0]["authors"] == [
        "van der Maaten, Laurens",
        "Qwen Team,",
        "王, 小明",
        "King, Jr., Martin Luther",
        "And, Andy",
    ]
    assert (read[0]["accession_number"], read[0]["doi"], read[0]["date"]) == (
        "arXiv:2611.01234",
        "10.1000/x_{y}",
        "2026/11/20/",
    )


def test_a_button_finds_the_fields_that_zotero_documents() -> None:
    pairs = parse_qsl(coins(REFERENCES[1]))
    fields = dict(pairs)
    assert fields["rft_val_fmt"] == "info:ofi/fmt:kev:mtx:dc"
    assert (fields["rft.type"], fields["rft.source"], fields["rft.date"]) == (
        "conferencePaper",
        "ACL 2027",
        "2026-11-20",
    )
    assert [value for name, value in pairs if name == "rft_id"] == [PAPER.url, "info:doi/10.1000/x_{y}"]
    assert [value for name, value in pairs if name == "rft.au"][:2] == ["van der Maaten, Laurens", "王, 小明"]
    assert fields["rft.aucorp"] == "Qwen Team"
    names = [name for name, _ in pairs]
    assert names.index("rft.title") < names.index("rft.type")
    assert "+" not in coins(REFERENCES[1])


def test_a_key_depends_on_the_id_alone() -> None:
    assert key_of("arxiv:2611.01234") == "arxiv-2611.01234"
    assert key_of("doi:10.1000/x_{y}") == "doi-10.1000-x-y"
    assert (
        of_card(replace(CARDS["post"], title="Other", authors=())).key
        == REFERENCES[2].key
        == "example.org-" + REFERENCES[2].key[-10:]
    )
    assert len({one.key for one in REFERENCES}) == len(CARDS)
    assert len(key_of("doi:10.1000/" + "x" * 500)) <= 60


def test_an_issue_cites_itself() -> None:
    cited = of_issue(ISSUE, url="https://digest.example/2026-W27/")
    assert (cited.type, cited.container, cited.url) == (
        "issue",
        "LLM Trends Weekly",
        "https://digest.example/2026-W27/",
    )
    assert cited.authors == (Name(literal="LLM Trends Weekly"),)
    assert cited.title == "LLM Trends Weekly 2026-W27"


def test_nothing_is_written_for_nothing() -> None:
    assert (bibtex([]), ris([]).strip(), json.loads(csl([]))) == ("", "", [])
