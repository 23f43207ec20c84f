"""The editor's hand and the watchlist: what they do to an issue, and that every rebuild keeps it."""

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from digest.config import Watch
from digest.editorial import references
from digest.editorial.candidates import Candidate
from digest.editorial.hand import Hand, hand, in_effect, in_words, redoable
from digest.editorial.weights import watched, weighed
from digest.errors import UsageError
from digest.feeds.parsing.page import read_page
from digest.feeds.subscriptions import yaml_edit
from digest.model import HEAVIEST, Edit, EditAction, Entry, Follows, Label, Source
from digest.render import subject as subject_of
from digest.render.markdown_text import note_view
from digest.storage.archive import Archive
from support.forked import Forks
from support.running import Run

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY, LATER, SLOT = "2026-06-27T08:00", "2026-06-28T08:00", "2026-06-29T08:00"
PIN, DROP, MOVE = "arxiv:2606.26080", "arxiv:2606.22388", "arxiv:2606.26875"
REFERENCES = r"""
@article{a, title={Some {KV} Cache Work}, author={Li{\"u}, Wei and Manning, Christopher D.}, eprint={2606.26875}, archivePrefix={arXiv}}
@misc{b, title={Two}, author={Manning, Christopher D. and others}, url={https://arxiv.org/abs/2401.12345v2}}
@inproceedings{c, title={Three}, author={Christopher D. Manning}, journal={arXiv preprint arXiv:2402.10000}}
@book{d, title={Four}, author={Wei Liü}, eprint={978-3}, archivePrefix={isbn}}
"""


def edit(action: str, item: str = "", **more: Any) -> Edit:
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


def test_undoing_walks_back_through_the_changes_on_one_draft_and_redoing_forward() -> None:
    one, two, other = edit("pin", "a", key="k"), edit("title", "a", key="k", text="T"), edit("pin", "b", key="l")
    back, forth = edit("undo_last", key="k"), edit("redo", key="k")
    assert in_effect([one, two, other, back]) == (one, other)
    assert in_effect([one, two, other, back, back]) == (other,)
    assert in_effect([one, two, other, back, back, back, forth]) == (one, other)
    assert in_effect([one, two, other, back, back, forth, forth, forth]) == (one, two, other)
    assert redoable([one, two, back, back, forth], "k") == 1
    assert redoable([one, two, back, other], "k") == 1
    assert redoable([one, two, back, one], "k") == 0
    assert in_effect([one, two, back, one, forth]) == (one, one)


def test_an_empty_text_or_order_removes_what_was_set() -> None:
    set_ = [
        edit("title", "a", text="T"),
        edit("summary", "a", text="S"),
        edit("subject", key="k", text="U"),
        edit("order", place="agents", items=("a", "b")),
        edit("lead", "a"),
        edit("bring", "c"),
    ]
    assert hand(set_, "k") == Hand(
        titles={"a": "T"},
        summaries={"a": "S"},
        subject="U",
        order={"agents": ("a", "b")},
        lead="a",
        brought=frozenset("c"),
    )
    removed = [
        edit("title", "a"),
        edit("summary", "a"),
        edit("subject", key="k"),
        edit("order", place="agents"),
        edit("undo", "a"),
        edit("undo", "c"),
    ]
    assert hand([*set_, *removed], "k") == Hand()


def test_every_change_has_words() -> None:
    actions = get_args(EditAction)
    assert all(in_words(edit(action, "a", place="read_first", trend="agents", text="x")) for action in actions)
    assert in_words(edit("title", "a", text="A \x1b[31m title")) == "title set to “A [31m title”"


def test_a_page_says_its_own_title_and_summary() -> None:
    page = b"""<html><head><title>Site</title><meta name="citation_title" content="A &amp; B">
        <meta name=citation_author content="Byron, Ada"><meta name=citation_author content="Wei Li">
        <meta property="og:description" content="What it &lt;b&gt;shows&lt;/b&gt;."><meta name=citation_doi content="10.1000/x">
        <meta name=citation_date content="2026/06/01"></head><body><p>short</p></body></html>"""
    assert read_page(page, "https://a.example/x", "text/html") == Entry(
        link="https://a.example/x",
        title="A & B",
        summary="What it shows.",
        authors=("Ada Byron", "Wei Li"),
        published=datetime(2026, 6, 1, tzinfo=UTC),
        doi="10.1000/x",
    )
    plain = b"<title>A post</title><p>short</p><p>" + b"A paragraph with enough words to be one. " * 3
    assert read_page(plain, "u").summary.startswith("A paragraph with enough words to be one. A")
    assert read_page(b"%PDF-1.7 ...", "u") == Entry(link="u")
    assert read_page(b"", "u") == Entry(link="u")


@pytest.mark.parametrize("piece", [b"<p>", b"<!--", b"<a href=", b"<![CDATA[", b"<div><p>x", b"&#0;\x00"])
def test_a_hostile_page_is_read_in_no_time(piece: bytes) -> None:
    began = time.process_time()
    read_page(b"<title>T</title>" + piece * (2_000_000 // len(piece)), "u")
    assert time.process_time() - began < 5


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


@pytest.mark.parametrize(
    ("name", "weight", "given"),
    [
        ("trend:agents", 1.5, 1.5),
        ("trend:reasoning", 1.5, 0.0),
        ("author:Ada Byron", -0.5, -0.5),
        ("author:Alan Turing", -0.5, 0.0),
        ("term:kv cache", 1.0, 1.0),
        ("term:cache lines", 1.0, 0.0),
        ("work:arxiv:2401.12345", 2.0, 2.0),
        ("work:arxiv:2401.99999", 2.0, 0.0),
        ("work:x1", 2.0, 2.0),
        ("feed:Cranes", 0.5, 0.5),
        ("feed:Bricks", 0.5, 0.0),
        ("feed:Cranes", 99.0, HEAVIEST),
        ("feed:Cranes", -99.0, -HEAVIEST),
        ("planet:Mars", 1.0, 0.0),
    ],
)
def test_a_weight_counts_for_what_it_names(name: str, weight: float, given: float) -> None:
    one = candidate(
        title="A KV cache",
        authors=("Ada Byron",),
        keys=("arxiv:2401.12345",),
        members=("x1",),
        sources=(Source(feed="Cranes", url="https://a.example/"),),
    )
    assert weighed(one, (Label(id="agents", score=0.9),), {name: weight}) == given


def test_references_give_authors_and_papers() -> None:
    works = references.read(REFERENCES.encode(), name="x")
    assert [work.arxiv for work in works] == ["2606.26875", "2401.12345", "2402.10000", ""]
    assert references.frequent(works, 2) == ("Christopher D. Manning", "Wei Liü")
    assert references.frequent(works, 3) == ("Christopher D. Manning",)


def test_only_the_first_references_of_a_long_list_are_read() -> None:
    entries = "".join(f"@article{{k{n}, title={{On {n}}}}}\n" for n in range(50_000))
    csl = json.dumps([{"title": f"On {n}"} for n in range(50)])
    for text in (entries, csl):
        assert [work.title for work in references.read(text.encode(), name="x", most=3)] == ["On 0", "On 1", "On 2"]


def test_csl_json_and_zoteros_csv_give_the_same() -> None:
    csl = [{"title": "T", "author": [{"given": "Wei", "family": "Liü"}], "URL": "http://arxiv.org/abs/2401.12345"}]
    rows = '"Key","Author","Title","Url","Extra"\n"A","Liü, Wei","T","","arXiv:2401.12345 [cs]"\n'
    expected = (references.Work(title="T", authors=("Wei Liü",), arxiv="2401.12345"),)
    assert references.read(json.dumps(csl).encode(), name="x") == expected
    assert references.read(("\ufeff" + rows).encode(), name="x") == expected


@pytest.mark.parametrize("text", ["", "hello", "[1, 2]", "{}", "TY  - JOUR\nER  - \n", "@nothing"])
def test_what_is_no_list_of_references_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(UsageError, match="export it as BibTeX"):
        references.read(text.encode(), name="x")


DOUBLED = "".join(f"@string{{a{n + 1} = a{n} # a{n}}}\n" for n in range(60))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f'@string{{a0 = "x"}}\n{DOUBLED}@article{{k, title = a60, author = {{A}}}}', "abbreviations become too long"),
        ("@article{a, title={" + "{" * 100_000, "nested too deeply"),
        ("@article{a, title={" + "{" * 100_000 + "}" * 100_001 + "}", "nested too deeply"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_list_that_would_take_all_time_or_memory_is_refused(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        references.read(text.encode(), name="x")


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
    asked = ("--pin", "2606.26080", "--drop", DROP, "--move", "2606.26875", "mixture-of-experts", "--note", note)
    assert run("-C", place, "edit", *asked, "--at", DAY).code == 0
    drafted = json.loads((place / ".digest/drafts/2026-W27/issue.json").read_text())
    assert run("-C", place, "build", "--at", SLOT).code == 0
    closed = json.loads((place / "archive/2026-W27/issue.json").read_text())
    assert (drafted["state"], closed["state"]) == ("draft", "closed")
    for issue in (drafted, closed):
        items = {
            item["id"]: (section["id"], place)
            for section in issue["trends"]
            for place, item in enumerate(section["items"])
        }
        assert items[PIN][1] == 0
        assert items[MOVE][0] == "mixture-of-experts"
        assert DROP not in json.dumps(issue["trends"])
        assert issue["note"] == "Read *this*."
        assert issue["lead"] == PIN
    for file in ("email.html", "email.txt", "issue.md", "index.html"):
        text = (place / "archive/2026-W27" / file).read_text()
        assert "editor" in text.lower()
    assert "dropped by the editor" in run("-C", place, "why", DROP).out


def test_an_undo_makes_the_draft_as_it_was(run: Run, place: Path) -> None:
    before = (place / ".digest/drafts/2026-W27/issue.json").read_bytes()
    assert run("-C", place, "edit", "--drop", DROP, "--at", DAY).code == 0
    assert (place / ".digest/drafts/2026-W27/issue.json").read_bytes() != before
    assert run("-C", place, "edit", "--undo", DROP, "--at", DAY).code == 0
    assert (place / ".digest/drafts/2026-W27/issue.json").read_bytes() == before


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
    folded = json.loads((place / ".digest/drafts/2026-W27/issue.json").read_text())["trends"][0]["folded"][-1]
    assert run("-C", place, "watch", "import", tmp_path / "refs.bib", "--works", 9).code == 0
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(
        text + f"  terms: ['{folded['title'].split(':')[0].replace(chr(39), chr(39) * 2)}']\n"
    )
    assert run("-C", place, "build", "--at", LATER).code == 0
    issue = json.loads((place / ".digest/drafts/2026-W27/issue.json").read_text())
    shown = {item["id"]: item["watched"] for section in issue["trends"] for item in section["items"]}
    assert shown["arxiv:2606.26875"] == ["arXiv 2606.26875"]
    assert folded["id"] in issue["watched"]
    assert folded["id"] in shown
    assert "Watched this week" in (place / ".digest/drafts/2026-W27/email.txt").read_text().replace(
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


def issue_of(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((Archive(place / "archive").folder("2026-W27") / "issue.json").read_text())
    return found


def edited(run: Run, place: Path, *asked: object) -> dict[str, Any]:
    """The draft after a call of `digest edit`."""
    done = run("-C", place, "edit", *asked, "--at", DAY, "--by", "ada")
    assert done.code == 0, done.err
    return issue_of(place)


def shown(issue: dict[str, Any], trend: str) -> list[str]:
    return next([item["id"] for item in one["items"]] for one in issue["trends"] if one["id"] == trend)


def counted(issue: dict[str, Any]) -> int:
    total: int = sum(issue["receipt"].values())
    return total


def test_the_editor_orders_what_is_read_first_and_the_items_of_a_section(run: Run, place: Path) -> None:
    before = issue_of(place)
    section = next(one for one in before["trends"] if len(one["items"]) > 2)
    backwards = [item["id"] for item in section["items"]][::-1]
    first = [before["read_first"][2], before["lead"], before["read_first"][0]]
    asked = [word for item in first for word in ("--first", item)]
    asked += [word for item in backwards for word in ("--order", section["id"], item)]
    after = edited(run, place, *asked)
    assert [after["lead"], *after["read_first"]] == first
    assert shown(after, section["id"])[: len(backwards)] == backwards
    assert {one["id"] for one in after["trends"]} == {one["id"] for one in before["trends"]}
    assert counted(after) == counted(before)
    assert edited(run, place, "--reset-order", section["id"], "--reset-order", "read_first") == before


def test_a_folded_item_can_lead(run: Run, place: Path) -> None:
    folded = next(item["id"] for one in issue_of(place)["trends"] for item in one["folded"][-1:])
    after = edited(run, place, "--lead", folded)
    assert after["lead"] == folded
    assert folded in [item["id"] for one in after["trends"] for item in one["items"]]
    assert "Chosen by the editor" in (place / ".digest/drafts/2026-W27/email.html").read_text()


def test_what_was_off_topic_or_filtered_is_brought_in_and_the_receipt_adds_up(run: Run, place: Path) -> None:
    before = issue_of(place)
    off = before["off_topic"][0]["id"]
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text.replace("kind: papers", "kind: papers, exclude: ['.']"))
    after = edited(run, place, "--bring", off, "--bring", PIN)
    ids = [item["id"] for one in after["trends"] for item in one["items"]]
    ids += [item["id"] for item in after["also_noted"]]
    assert {off, PIN} <= set(ids)
    assert MOVE not in json.dumps(after["trends"])
    assert counted(after) == counted(before)
    assert "brought in by the editor (ada)" in run("-C", place, "why", PIN).out


def test_the_editors_words_stand_everywhere(run: Run, place: Path) -> None:
    subject, preheader = "Small models win", "What the week was about, in the words of its editor"
    words = ("--title", PIN, "A <b>better</b> title", "--summary", PIN, "Says it in one sentence. And another.")
    after = edited(run, place, *words, "--lead", PIN, "--subject", subject, "--preheader", preheader)
    item = next(one for section in after["trends"] for one in section["items"] if one["id"] == PIN)
    assert (item["title"], item["summary"], item["brief"], item["result"]) == (
        "A <b>better</b> title",
        "Says it in one sentence. And another.",
        "Says it in one sentence. And another.",
        "Says it in one sentence.",
    )
    folder = place / ".digest/drafts/2026-W27"
    mail = (folder / "email.html").read_text()
    assert "&lt;b&gt;better" in mail
    assert preheader in mail
    assert "worded by the editor" in mail
    assert subject_of(Archive(place / "archive").read("2026-W27")) == "[draft] Small models win"
    assert edited(run, place, "--subject", "", "--preheader", "", "--undo", PIN)["subject"] == ""


def test_a_change_is_undone_redone_and_on_record(run: Run, place: Path) -> None:
    before = issue_of(place)
    after = edited(run, place, "--drop", DROP)
    assert edited(run, place, "--undo-last") == before
    assert edited(run, place, "--redo") == after
    refused = run("-C", place, "edit", "--redo", "--at", DAY)
    assert (refused.code, "nothing was undone" in refused.err) == (2, True)
    history = run("-C", place, "edit", "--history").out.splitlines()
    assert [line.split("  ", 2)[1:] for line in history if "change" in line] == [
        ["ada", "undid the last change"],
        ["ada", "redid a change"],
    ]
    assert "ada  dropped: " in history[1]


def test_two_editors_do_not_overwrite_each_other(run: Run, place: Path) -> None:
    seen = run("-C", place, "edit", "--json").json["revision"]
    edited(run, place, "--pin", PIN, "--seen", seen)
    late = run("-C", place, "edit", "--drop", PIN, "--seen", seen, "--at", DAY, "--by", "bob")
    assert late.code == 3
    assert "changed meanwhile by ada" in late.err
    assert "(pinned)" in late.err
    again = run("-C", place, "edit", "--json").json
    edited(run, place, "--drop", PIN, "--seen", again["revision"])


@contextmanager
def page_at(body: bytes) -> Iterator[str]:
    """The address of a page on this machine."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/post"
    server.shutdown()
    server.server_close()


def test_an_item_of_ones_own_is_fetched_and_published_once(run: Run, place: Path) -> None:
    page = b"<title>Why small language models win</title><meta name=description content='They are cheap.'>"
    before = issue_of(place)
    with page_at(page) as url:
        private = run("-C", place, "edit", "--add", url, "--at", DAY)
        assert (private.code, "private network" in private.err) == (3, True)
        (place / "feeds.yaml").write_text((place / "feeds.yaml").read_text() + "fetch: {allow_private: true}\n")
        after = edited(run, place, "--add", url)
        assert edited(run, place, "--add", url) == after
        items = [one for section in after["trends"] for one in section["items"]] + after["also_noted"]
        own = next(one for one in items if one["url"] == url)
        assert (own["title"], own["sources"]) == ("Why small language models win", [{"feed": "editor", "url": url}])
        assert own["first_seen"] == after["window"]["end"]
        assert counted(after) == counted(before) + 1
        assert run("-C", place, "build", "--at", SLOT).code == 0
        assert own["id"] in (place / "archive/2026-W27/issue.json").read_text()
        run("-C", place, "build", "--at", "2026-06-30T08:00")
        again = run("-C", place, "edit", "--add", url, "--at", "2026-06-30T08:00")
        assert (again.code, "was published in issue 2026-W27" in again.err) == (2, True)


@pytest.mark.parametrize(
    "address", ["feeds.yaml", "file:///etc/passwd", "ftp://a.example/", "http://u:p@a.example/", ""]
)
def test_what_is_no_web_address_is_not_fetched(run: Run, place: Path, address: str) -> None:
    refused = run("-C", place, "edit", "--add", address, "--at", DAY)
    assert refused.code in (2, 3)
    assert not (place / "edits.jsonl").exists()
