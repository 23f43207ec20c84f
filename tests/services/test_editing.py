"""The editor's hand and the watchlist: what they do to an issue, and that every rebuild keeps it."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Watch
from digest.editorial import watchlist
from digest.editorial.candidates import Candidate, Hand, hand
from digest.editorial.watchlist import watched
from digest.errors import UsageError
from digest.feeds.subscriptions import yaml_edit
from digest.model import Edit, Follows
from digest.render.markdown_text import note_view
from support.forked import Forks
from support.running import Run

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY, LATER, SLOT = "2026-06-27T08:00", "2026-06-28T08:00", "2026-06-29T08:00"
PIN, DROP, MOVE = "arxiv:2606.26080", "arxiv:2606.22388", "arxiv:2606.27313"
REFERENCES = r"""
@article{a, title={Some {KV} Cache Work}, author={Li{\"u}, Wei and Manning, Christopher D.}, eprint={2606.26875}, archivePrefix={arXiv}}
@misc{b, title={Two}, author={Manning, Christopher D. and others}, url={https://arxiv.org/abs/2401.12345v2}}
@inproceedings{c, title={Three}, author={Christopher D. Manning}, journal={arXiv preprint arXiv:2402.10000}}
@book{d, title={Four}, author={Wei Liü}, eprint={978-3}, archivePrefix={isbn}}
"""


def edit(action: str, item: str = "", **more: str) -> Edit:
    return Edit(action=action, at=NOON, item=item, **more)  # type: ignore[arg-type]


def candidate(**changes: object) -> Candidate:
    values: dict[str, object] = {
        "id": "arxiv:2606.00001",
        "keys": ("arxiv:2606.00001",),
        "title": "A title",
        "summary": "A summary.",
        "url": "",
        "authors": (),
        "published": None,
        "first_seen": NOON,
        "sources": (),
        "feeds": (),
        "sightings": 1,
        "voices": (),
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]


def test_the_later_decision_counts_and_an_undo_takes_back_all() -> None:
    edits = [
        edit("pin", "a"),
        edit("drop", "a"),
        edit("drop", "b"),
        edit("pin", "b"),
        edit("move", "b", trend="agents"),
    ]
    assert hand(edits, "k") == Hand(pinned=frozenset("b"), dropped=frozenset("a"), moved={"b": "agents"})
    assert hand([*edits, edit("undo", "b")], "k") == Hand(dropped=frozenset("a"))


def test_a_note_belongs_to_its_issue() -> None:
    edits = [edit("note", key="2026-W27", text="one"), edit("note", key="2026-W28", text="two")]
    assert [hand(edits, key).note for key in ("2026-W27", "2026-W28", "2026-W29")] == ["one", "two", ""]


@given(st.lists(st.tuples(st.sampled_from(["pin", "drop", "undo"]), st.sampled_from("abc"))))
def test_no_item_is_pinned_and_dropped(decisions: list[tuple[str, str]]) -> None:
    found = hand([edit(action, item) for action, item in decisions], "")
    assert not found.pinned & found.dropped


@pytest.mark.parametrize("author", ["Christopher Manning", "Manning, Christopher D.", "CHRISTOPHER D. MANNING"])
def test_an_author_is_found_in_every_spelling(author: str) -> None:
    watch = Watch(authors=("Christopher Manning", "José Núñez"))
    assert watched(candidate(authors=(author, "Jose Nunez")), watch) == ("Christopher Manning", "José Núñez")
    assert watched(candidate(authors=("Christine Manning",)), watch) == ()


def test_a_term_is_found_as_whole_words() -> None:
    watch = Watch(terms=("KV-cache", "C++"))
    assert watched(candidate(title="KV cache pruning in C++"), watch) == ("KV-cache", "C++")
    assert watched(candidate(title="A KV cached C"), watch) == ()


def test_a_paper_is_found_where_it_is_named_or_followed() -> None:
    watch = Watch(arxiv=("2401.12345",))
    assert watched(candidate(keys=("arxiv:2401.12345",)), watch) == ("arXiv 2401.12345",)
    assert watched(candidate(summary="See https://arxiv.org/abs/2401.12345v2."), watch) == ("arXiv 2401.12345",)
    assert watched(candidate(follows=Follows(key="2026-W20", id="arxiv:2401.12345")), watch) == ("arXiv 2401.12345",)
    assert watched(candidate(summary="Not 2401.123456, nor 12401.12345."), watch) == ()


def test_references_give_authors_and_papers() -> None:
    works = watchlist.read(REFERENCES, name="x")
    assert [work.arxiv for work in works] == ["2606.26875", "2401.12345", "2402.10000", ""]
    assert watchlist.frequent(works, 2) == ("Christopher D. Manning", "Wei Liü")
    assert watchlist.frequent(works, 3) == ("Christopher D. Manning",)


def test_csl_json_and_zoteros_csv_give_the_same() -> None:
    csl = [{"title": "T", "author": [{"given": "Wei", "family": "Liü"}], "URL": "http://arxiv.org/abs/2401.12345"}]
    rows = '"Key","Author","Title","Url","Extra"\n"A","Liü, Wei","T","","arXiv:2401.12345 [cs]"\n'
    expected = (watchlist.Work(title="T", authors=("Wei Liü",), arxiv="2401.12345"),)
    assert watchlist.read(json.dumps(csl), name="x") == expected
    assert watchlist.read("\ufeff" + rows, name="x") == expected


@pytest.mark.parametrize("text", ["", "hello", "[1, 2]", "{}", "TY  - JOUR\nER  - \n", "@nothing"])
def test_what_is_no_list_of_references_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="BibTeX, as CSL JSON or as CSV"):
        watchlist.read(text, name="x")


@pytest.mark.parametrize(
    "before",
    [
        "feeds: []\n",
        "feeds: []",
        "watch:\n  authors:\n    - A  # the first\nfeeds: []\n",
        "watch:\n  terms: [x]\n\n# feeds\nfeeds: []\n",
        "watch:\n  authors: [A, B]  # two\n  arxiv:\n  - '2401.00001'\nfeeds: []\n",
        "watch: {authors: [A]}\nfeeds: []\n",
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_watchlist_grows_and_the_rest_of_the_file_stays(before: str, newline: str) -> None:
    before = before.replace("\n", newline)
    data = yaml.safe_load(before)
    found = {"authors": ["X: Y", "Z"]} | ({} if "{" in before else {"arxiv": ["2402.10000"]})
    after = yaml_edit.watch(before, found, file="feeds.yaml")
    expected = {key: [*data.get("watch", {}).get(key, []), *values] for key, values in found.items()}
    assert yaml.safe_load(after) == data | {"watch": data.get("watch", {}) | expected}
    kept = iter(after.splitlines())
    assert all(line in kept for line in before.splitlines() if "[A" not in line and line)


def test_a_note_can_neither_run_nor_break_the_outline() -> None:
    found = note_view("# Hi\n\nA [link](https://a.example/) and [no](javascript:x) <script>x</script> *em*\n\n- one")
    assert found is not None
    assert "<script" not in found.html
    assert "javascript" not in found.html
    assert "<h1" not in found.html
    assert "<script" not in found.markdown
    assert found.markdown.startswith("**Hi**")
    assert [(piece.text, piece.url) for piece in found.paragraphs[0]] == [("Hi", "")]
    assert ("link", "https://a.example/") in [(piece.text, piece.url) for piece in found.paragraphs[1]]
    assert note_view(" \n") is None


@pytest.fixture(scope="module")
def drafted(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a draft of the sample."""
    place = tmp_path_factory.mktemp("drafted") / "w"
    forks.run(["init", "--sample", place])
    forks.run(["-C", place, "build", "--at", DAY])
    return place


@pytest.fixture
def place(drafted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(drafted, tmp_path / "w"))


def test_decisions_survive_rebuilds_into_the_closed_issue(run: Run, place: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("Read *this*.")
    asked = ("--pin", "2606.26080", "--drop", DROP, "--move", "2606.27313", "mixture-of-experts", "--note", note)
    assert run("-C", place, "edit", *asked, "--at", DAY).code == 0
    drafted = json.loads((place / "archive/2026-W27/issue.json").read_text())
    assert run("-C", place, "build", "--at", SLOT).code == 0
    closed = json.loads((place / "archive/2026-W27/issue.json").read_text())
    assert (drafted["state"], closed["state"]) == ("draft", "closed")
    for issue in (drafted, closed):
        items = {
            item["id"]: (section["id"], place)
            for section in issue["trends"]
            for place, item in enumerate(section["items"])
        }
        assert items[PIN] == ("agents", 0)
        assert items[MOVE][0] == "mixture-of-experts"
        assert DROP not in json.dumps(issue["trends"])
        assert issue["note"] == "Read *this*."
        assert issue["lead"] == PIN
    for file in ("email.html", "email.txt", "issue.md", "index.html"):
        text = (place / "archive/2026-W27" / file).read_text()
        assert "editor" in text.lower()
    assert "dropped by the editor" in run("-C", place, "why", DROP).out


def test_an_undo_makes_the_draft_as_it_was(run: Run, place: Path) -> None:
    before = (place / "archive/2026-W27/issue.json").read_bytes()
    assert run("-C", place, "edit", "--drop", DROP, "--at", DAY).code == 0
    assert (place / "archive/2026-W27/issue.json").read_bytes() != before
    assert run("-C", place, "edit", "--undo", DROP, "--at", DAY).code == 0
    assert (place / "archive/2026-W27/issue.json").read_bytes() == before


def test_what_cannot_be_decided_is_refused_and_nothing_is_on_file(run: Run, place: Path, tmp_path: Path) -> None:
    (tmp_path / "long").write_text("x" * 2001)
    for asked, code in (
        (("--pin", "2606.99999"), 3),
        (("--pin", PIN, "--move", MOVE, "nowhere"), 3),
        (("--note", tmp_path / "absent"), 2),
        (("--note", tmp_path / "long"), 2),
        (("2026-W01", "--pin", PIN), 3),
    ):
        refused = run("-C", place, "edit", *asked, "--at", DAY)
        assert refused.code == code, refused.err
        assert refused.err.count("\n") == 1
    assert not (place / "edits.jsonl").exists()
    assert run("-C", place, "build", "--at", SLOT).code == 0
    closed = run("-C", place, "edit", "2026-W27", "--pin", PIN, "--at", SLOT)
    assert (closed.code, "is closed" in closed.err) == (2, True)


def test_watched_items_stand_first_whatever_the_time(run: Run, place: Path, tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(REFERENCES)
    folded = json.loads((place / "archive/2026-W27/issue.json").read_text())["trends"][0]["folded"][-1]
    assert run("-C", place, "watch", "import", tmp_path / "refs.bib", "--works", 9).code == 0
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(
        text + f"  terms: ['{folded['title'].split(':')[0].replace(chr(39), chr(39) * 2)}']\n"
    )
    assert run("-C", place, "build", "--at", LATER).code == 0
    issue = json.loads((place / "archive/2026-W27/issue.json").read_text())
    shown = {item["id"]: item["watched"] for section in issue["trends"] for item in section["items"]}
    assert shown["arxiv:2606.26875"] == ["arXiv 2606.26875"]
    assert folded["id"] in issue["watched"]
    assert folded["id"] in shown
    assert "Watched this week" in (place / "archive/2026-W27/email.txt").read_text().replace(
        "WATCHED THIS WEEK", "Watched this week"
    )
    counts = {one["name"]: one["items"] for one in run("-C", place, "watch", "--json").json}
    assert counts["arXiv 2606.26875"] == 1


def test_an_arxiv_id_that_yaml_reads_as_a_number_is_refused_with_the_remedy(run: Run, place: Path) -> None:
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text + "watch:\n  arxiv: [2401.10000]\n")
    refused = run("-C", place, "build", "--at", DAY)
    assert refused.code == 2
    assert "in quotes" in refused.err
