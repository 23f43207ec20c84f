"""The next baseline of a trend: drafted with sources, completed and signed by an editor; the earlier ones stay."""

import json
from pathlib import Path

import pytest

from support.running import Run

CHANNEL = '<rss version="2.0"><channel><title>T</title>{}</channel></rss>'
ITEM = "<item><title>{}</title><link>https://example.org/{}</link><guid>{}</guid><description>{}</description></item>"
TEXT = "We present a screen robot. We show that our screen robot reaches {}% on OSWorld."
TREND = """---
id: screens
name: Screens
as_of: 2024
terms: {screen robot: 6.0}
summary: Robots on screens.
claims:
  - {date: 2024-03, text: The best screen robot reaches 38.1 % on OSWorld., source: a report, about: [[screen robot], [osworld]]}
---
What robots do on a screen.
"""


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    """A workspace with a closed issue of two sources."""
    (tmp_path / "feeds.yaml").write_text(
        "feeds:\n  - {name: F, url: f.xml, kind: blog}\n  - {name: G, url: g.xml, kind: blog}\n"
    )
    (tmp_path / "trends").mkdir()
    (tmp_path / "trends" / "screens.md").write_text(TREND)
    for name in ("f", "g"):
        (tmp_path / f"{name}.xml").write_text(
            CHANNEL.format(ITEM.format("A screen robot on OSWorld [sic]", 1, 1, TEXT.format(61.4)))
        )
    assert run("-C", tmp_path, "collect", "--at", "2026-06-03T12:00").code == 0
    assert run("-C", tmp_path, "build", "--at", "2026-06-08T08:00").code == 0
    return tmp_path


def drafted(place: Path, run: Run, at: str = "2026-06-10T08:00") -> Path:
    ran = run("-C", place, "baseline", "draft", "screens", "--at", at)
    assert ran.code == 0, ran.err
    return Path(ran.out.strip())


def sign(place: Path, run: Run, at: str = "2026-06-10T09:00") -> int:
    return run("-C", place, "baseline", "sign", "screens", "--by", "Ada", "--at", at).code


def complete(path: Path, said: str, value: str = "61.4") -> None:
    text = path.read_text().partition("## To be completed")[0].replace("38.1", value).replace("What robots do", said)
    path.write_text(text)


def test_a_draft_has_its_sources_on_every_line(place: Path, run: Run) -> None:
    text = drafted(place, run).read_text()
    lines = [line for line in text.splitlines() if "TODO" in line]
    source = "[A screen robot on OSWorld (sic)](https://example.org/1) (2026-W24)"
    assert all(source in line for line in lines)
    assert any("shown by F, G" in line for line in lines)
    assert any("61.4 % on OSWorld, where the claim states 38.1 % on OSWorld" in line for line in lines)
    assert any(line.startswith("- TODO 61.4 % on OSWorld: ") for line in lines)
    assert any("“We show that our screen robot reaches 61.4% on OSWorld.”" in line for line in lines)
    assert "Seen in 2026-W24 to 2026-W24, with one item: 1." in text
    assert "What robots do on a screen." in text
    assert run("-C", place, "baseline", "draft", "screens").code == 3  # it would overwrite what the editor wrote


def test_only_a_completed_draft_is_signed(place: Path, run: Run) -> None:
    assert sign(place, run) == 3  # there is none
    path = drafted(place, run)
    assert sign(place, run) == 2
    complete(path, "Robots now do")
    path.write_text(path.read_text().replace("id: screens", "id: agents"))
    assert sign(place, run) == 2
    path.write_text(path.read_text().replace("id: agents", "id: screens").replace("date:", "day:"))
    assert sign(place, run) == 2
    path.write_text(path.read_text().replace("day:", "date:"))
    assert sign(place, run) == 0
    assert not path.exists()


def test_a_draft_in_another_encoding_or_without_its_lines_is_refused_with_a_remedy(place: Path, run: Run) -> None:
    path = drafted(place, run)
    complete(path, "Robots now do")
    good = path.read_text()

    def refused(content: bytes) -> str:
        path.write_bytes(content)
        ran = run("-C", place, "baseline", "sign", "screens", "--at", "2026-06-10T09:00")
        assert (ran.code, path.read_bytes()) == (2, content)
        return ran.err

    assert "is not UTF-8" in refused(good.encode("utf-16"))
    assert "save it as UTF-8" in refused(good.replace("now do", "now d\xf6").encode("latin-1"))
    assert "expected YAML between two lines ---" in refused(good.replace("---\n", "").encode())
    assert "expected words, got nothing" in refused(good.replace("source: a report", "source: ''").encode())
    assert "one line with TODO, such as “TODO check this”" in refused(f"{good}\nTODO check this\n".encode())
    path.write_bytes(b"\xef\xbb\xbf" + good.replace("\n", "\r\n").encode())  # as Notepad saves it
    assert sign(place, run) == 0


def test_what_the_editor_deleted_is_gone_from_the_signed_baseline(place: Path, run: Run) -> None:
    path = drafted(place, run)
    complete(path, "Robots now do")
    front, _, rest = path.read_text().partition("claims:\n")
    path.write_text(front + rest[rest.index("---\n") :])
    assert sign(place, run) == 0
    assert run("-C", place, "trends", "screens", "--json").json["claims"] == []
    assert len(run("-C", place, "trends", "screens", "--as-of", "2025", "--json").json["claims"]) == 1
    assert "38.1 % on OSWorld" in run("-C", place, "diff", "screens@2024", "screens@2026-06").out


def test_a_baseline_without_a_date_comes_before_the_first_signed_one(place: Path, run: Run) -> None:
    own = place / "trends/screens.md"
    own.write_text(own.read_text().replace("as_of: 2024\n", ""))
    complete(drafted(place, run), "Robots now do")
    assert sign(place, run) == 0
    assert run("-C", place, "trends", "screens", "--as-of", "2025", "--json").json["as_of"] == "undated"
    assert run("-C", place, "trends", "screens", "--json").json["as_of"] == "2026-06"


def test_of_two_editors_one_signs(place: Path, run: Run) -> None:
    path = drafted(place, run)
    again = run("-C", place, "baseline", "draft", "screens", "--at", "2026-06-10T08:30")
    assert (again.code, "nobody has signed yet" in again.err) == (3, True)
    complete(path, "Robots now do")
    assert sign(place, run) == 0
    late = run("-C", place, "baseline", "sign", "screens", "--by", "Bob", "--at", "2026-06-10T10:00")
    assert (late.code, "has no draft" in late.err) == (3, True)
    assert run("-C", place, "trends", "screens", "--json").json["signed_by"] == "Ada"


def test_the_earlier_baseline_stays_and_the_page_shows_both(place: Path, run: Run) -> None:
    complete(drafted(place, run), "Robots now do")
    own = (place / "trends/screens.md").read_text()
    assert sign(place, run) == 0
    assert (place / "trends/screens.md").read_text() == own
    now = json.loads(run("-C", place, "trends", "screens", "--json").out)
    assert (now["as_of"], now["signed_by"], now["claims"][0]["text"][:37]) == (
        "2026-06",
        "Ada",
        "The best screen robot reaches 61.4 % ",
    )
    then = json.loads(run("-C", place, "trends", "screens", "--as-of", "2025-06", "--json").out)
    assert (then["as_of"], then["body"]) == ("2024", "What robots do on a screen.\n")
    assert (
        json.loads(run("-C", place, "trends", "screens", "--as-of", "2026-06-30", "--json").out)["as_of"] == "2026-06"
    )
    assert run("-C", place, "trends", "screens", "--as-of", "2020").code == 3
    assert run("-C", place, "trends", "screens", "--as-of", "June").code == 2
    assert run("-C", place, "trends", "--as-of", "2025").code == 2
    changed = run("-C", place, "diff", "screens@2024", "screens@2026-06").out
    assert "~ as of\n  - 2024\n  + 2026-06" in changed
    assert run("-C", place, "render", "--all").code == 0
    page = (place / "archive/trends/screens/index.html").read_text()
    assert "What was believed in 2024" in page
    assert "Robots now do on a screen." in page
    assert "Signed by Ada." in page
    listed = {one["id"]: one["dates"] for one in json.loads(run("-C", place, "baseline", "--json").out)}
    assert (listed["screens"], listed["agents"]) == (["2024", "2026-06"], ["2024"])


def test_a_signed_baseline_never_changes(place: Path, run: Run) -> None:
    complete(drafted(place, run), "Robots now do")
    assert sign(place, run) == 0
    before = (place / "trends/baselines/screens/2026-06.md").read_bytes()
    complete(drafted(place, run, "2026-06-20T08:00"), "Robots also do")
    assert sign(place, run, "2026-06-20T09:00") == 3
    assert (place / "trends/baselines/screens/2026-06.md").read_bytes() == before
    assert sign(place, run, "2026-09-01T09:00") == 0
    assert json.loads(run("-C", place, "trends", "screens", "--as-of", "2026-08", "--json").out)["as_of"] == "2026-06"
    issue = (place / "archive/2026-W24/issue.json").read_text()
    assert "38.1 %" in issue  # what was published stays as it was


def test_a_packaged_trend_gets_the_next_baseline_and_keeps_its_terms(place: Path, run: Run) -> None:
    before = json.loads(run("-C", place, "trends", "agents", "--json").out)
    ran = run("-C", place, "baseline", "draft", "agents", "--at", "2026-06-10T08:00")
    path = Path(ran.out.strip())
    path.write_text(path.read_text().partition("## To be completed")[0])
    assert run("-C", place, "baseline", "sign", "agents", "--at", "2026-06-10T09:00").code == 0
    after = json.loads(run("-C", place, "trends", "agents", "--json").out)
    assert (after["as_of"], after["terms"], after["own_terms"]) == ("2026-06", before["terms"], {})
    assert after["claims"] == before["claims"]
    assert run("-C", place, "baseline", "draft", "nothing").code == 3
