"""`digest subscribers prefs` and `library`; the same choices in exported and imported lists; and what forgetting erases."""

from pathlib import Path

import pytest

from support.mailing import store_of
from support.running import Run

ADA = "ada@example.org"
BIBTEX = "\n".join(
    f"@article{{k{n}, title={{On {n}}}, author={{Byron, Ada}}, eprint={{2601.0000{n}}}}}" for n in range(3)
)


@pytest.fixture
def place(run: Run, tmp_path: Path) -> Path:
    run("init", "--sample", tmp_path / "w")
    assert run("-C", tmp_path / "w", "subscribers", "add", ADA).code == 0
    return tmp_path / "w"


def prefs(run: Run, place: Path, *argv: str) -> dict[str, object]:
    ran = run("-C", place, "subscribers", "prefs", ADA, *argv, "--json")
    assert ran.code == 0, ran.err
    found: dict[str, object] = ran.json["preferences"]
    return found


def test_who_chose_nothing_follows_feeds_yaml(run: Run, place: Path) -> None:
    text = (place / "feeds.yaml").read_text()
    (place / "feeds.yaml").write_text(text.replace("digest:\n", "digest:\n  readers: {frequency: daily, minutes: 3}\n"))
    found = prefs(run, place)
    assert (found["frequency"], found["minutes"], found["weights"]) == ("daily", 3, {})
    with store_of(place) as store:
        assert store.connection.execute("SELECT count(*) FROM preferences").fetchone()[0] == 0


def test_choices_are_changed_one_by_one(run: Run, place: Path) -> None:
    prefs(run, place, "--frequency", "weekly tue 07:00", "--zone", "Asia/Seoul", "--minutes", "5", "--plain")
    prefs(run, place, "--weight", "trend:agents=more", "--weight", "author:Ada Byron=-0.5", "--pause", "2030-01-02")
    found = prefs(run, place, "--weight", "trend:agents=none", "--dry-run")
    assert found == {
        "frequency": "weekly",
        "day": 2,
        "hour": 7,
        "zone": "Asia/Seoul",
        "minutes": 5,
        "weights": {"author:Ada Byron": -0.5},
        "plain": True,
        "paused_until": "2030-01-01T15:00:00Z",
    }
    assert prefs(run, place)["weights"] == {"author:Ada Byron": -0.5, "trend:agents": 1.0}
    told = run("-C", place, "subscribers", "prefs", ADA, "--at", "2026-11-30T09:00").out
    assert "frequency  weekly tue 07:00, Asia/Seoul" in told
    assert "weight     author:Ada Byron -0.5" in told
    assert "paused     until 2030-01-02" in told


@pytest.mark.parametrize(
    "argv",
    [("--frequency", "often"), ("--zone", "Berlin"), ("--minutes", "7"), ("--weight", "agents"), ("--pause", "soon"), ("--language", "xx"), ("--trends", "nothing")],
)  # fmt: skip
def test_what_cannot_be_read_changes_nothing(run: Run, place: Path, argv: tuple[str, str]) -> None:
    told = run("-C", place, "subscribers", "prefs", ADA, "--plain", *argv)
    assert told.code == 2
    assert told.err.startswith("digest: ")
    assert prefs(run, place)["plain"] is False


@pytest.mark.slow
def test_a_library_counts_for_more_once(run: Run, place: Path, tmp_path: Path) -> None:
    (tmp_path / "x.bib").write_text(BIBTEX)
    argv = ("-C", place, "subscribers", "library", ADA, tmp_path / "x.bib")
    names = ["author:Ada Byron", *(f"work:arxiv:2601.0000{n}" for n in range(3))]
    assert run(*argv, "--dry-run").out.split("\n")[:-1] == names
    assert prefs(run, place)["weights"] == {}
    assert run(*argv).out.split("\n")[:-1] == names
    assert prefs(run, place)["weights"] == dict.fromkeys(names, 1.0)
    assert run(*argv).out == ""


def test_a_library_of_feeds_weighs_those_of_the_digest(run: Run, place: Path, tmp_path: Path) -> None:
    feeds = [one["url"] for one in run("-C", place, "feeds", "--json").json]
    outlines = "".join(f'<outline xmlUrl="{url}"/>' for url in ("https://elsewhere.example/feed", *feeds[:1]))
    (tmp_path / "x.opml").write_text(f"<opml><body>{outlines}</body></opml>")
    told = run("-C", place, "subscribers", "library", ADA, tmp_path / "x.opml")
    assert told.code == 0, told.err
    assert told.out.count("feed:") == len([url for url in feeds[:1] if url.startswith("http")])


def test_an_export_brings_every_choice_back(run: Run, place: Path, tmp_path: Path) -> None:
    chosen = prefs(
        run, place, "--frequency", "monthly 31 06:00", "--minutes", "20", "--weight", "term:KV cache=less", "--pause", "2030-01-02"
    )  # fmt: skip
    run("-C", place, "subscribers", "export", tmp_path / "list.csv")
    run("init", "--sample", tmp_path / "other")
    assert run("-C", tmp_path / "other", "subscribers", "import", tmp_path / "list.csv").code == 0
    assert prefs(run, tmp_path / "other") == chosen


def test_nothing_that_a_reader_taught_survives_their_forgetting(run: Run, place: Path) -> None:
    prefs(run, place, "--weight", "term:a very private matter=more", "--weight", "author:Somebody Secret=less")
    assert run("-C", place, "subscribers", "forget", ADA).code == 0
    stored = b"".join(path.read_bytes() for path in (place / ".digest").rglob("*") if path.is_file())
    for word in (b"very private", b"Somebody Secret", ADA.encode()):
        assert word not in stored
