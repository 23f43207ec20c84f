"""The command line as a stranger meets it: wrong input, nothing there, broken files."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from digest import model
from digest.cli import COMMANDS
from support.forked import Forks
from support.running import ROOT, Run, wait_for

SLOT = "2026-06-29T08:00"


@pytest.fixture
def place(tmp_path: Path, run: Run) -> Path:
    run("init", "--sample", tmp_path / "w")
    return tmp_path / "w"


def test_help_is_light() -> None:
    """Under 120 ms of CPU: heavy libraries load only in the command that needs them."""
    spent = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "digest", "--help"], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    loaded = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "digest", "--help"], check=True, capture_output=True, text=True
    ).stderr
    heavy = ("aiohttp", "jinja2", "feedparser", "premailer", "numpy", "rich", "pydantic", "apscheduler")
    assert [name for name in heavy if f"| {name}\n" in loaded or f" {name}\n" in loaded] == []
    assert min(spent) < 0.25  # the figure is benchmarks' part; this only catches a heavy import that has no name above


def test_a_list_of_issues_loads_neither_issues_nor_the_store(place: Path) -> None:
    command = [sys.executable, "-X", "importtime", "-m", "digest", "-C", str(place), "list"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    loaded = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    assert "digest.storage.db.catalogue" in loaded
    assert (
        loaded & {"digest.model.issue", "digest.storage.db.store", "digest.schedule", "logging", "webbrowser"} == set()
    )


def test_every_noun_of_the_model_is_found() -> None:
    assert [name for name in model.__all__ if not hasattr(model, name)] == []
    assert not hasattr(model, "Nonsense")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(run: Run, command: str) -> None:
    told = run(command, "--help")
    assert told.code == 0
    assert "Usage" in told.out


@pytest.mark.parametrize("argv", [["nonsense"], ["build", "--nonsense"], ["next", "many"], ["show", "--format", "pdf"]])
def test_wrong_usage(run: Run, argv: list[str]) -> None:
    told = run(*argv)
    assert told.code == 2
    assert "Error" in told.err


def test_no_workspace(run: Run, tmp_path: Path) -> None:
    told = run("-C", tmp_path, "build")
    assert told.code == 2
    assert "digest init" in told.err
    assert list(tmp_path.iterdir()) == []


def test_init_overwrites_nothing(run: Run, place: Path) -> None:
    (place / "feeds.yaml").write_text("mine")
    told = run("init", place)
    assert told.code == 2
    assert "already exists" in told.err
    assert (place / "feeds.yaml").read_text() == "mine"


def test_the_starter_configuration_is_sound(run: Run, tmp_path: Path) -> None:
    assert run("init", tmp_path / "w").code == 0
    assert run("-C", tmp_path / "w", "next", "--at", "2026-11-23T08:00").out.startswith("2026-W49")


def test_a_broken_configuration_names_every_problem(run: Run, place: Path) -> None:
    (place / "feeds.yaml").write_text("digest: {timezone: Mars}\nfeeds:\n  - {name: A, url: 7, kind: paper}\n")
    told = run("-C", place, "build")
    assert told.code == 2
    for part in ("timezone", "feeds[0].url", "feeds[0].kind", "feeds.yaml:3"):
        assert part in told.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{% if %}", "email.txt.j2:1"),
        pytest.param("\n{{ issue.nonsense }}", "nonsense", marks=pytest.mark.slow),
        pytest.param("{{ 1 / 0 }}", "email.txt.j2", marks=pytest.mark.slow),
    ],
)
def test_a_broken_template_names_its_line(run: Run, place: Path, text: str, told: str) -> None:
    (place / "templates").mkdir()
    (place / "templates/email.txt.j2").write_text(text)
    built = run("-C", place, "build", "--at", SLOT)
    assert built.code == 2
    assert told in built.err
    assert not (place / "archive/2026-W27").exists()
    (place / "templates/email.txt.j2").unlink()
    assert run("-C", place, "build", "--at", SLOT, "--json").json["state"] == "closed"


def test_a_workspaces_template_overrides_the_packaged_one(run: Run, place: Path) -> None:
    (place / "templates").mkdir()
    (place / "templates/issue.md.j2").write_text("Only {{ issue.key }}\n")
    run("-C", place, "build", "--at", SLOT)
    assert (place / "archive/2026-W27/issue.md").read_text() == "Only 2026-W27\n"
    assert "<html" in (place / "archive/2026-W27/email.html").read_text()


def test_a_broken_archive_is_named(run: Run, place: Path) -> None:
    (place / "archive/2026-W20").mkdir(parents=True)
    (place / "archive/2026-W20/issue.json").write_text("{")
    told = run("-C", place, "build", "--at", SLOT)
    assert told.code == 2
    assert "2026-W20/issue.json" in told.err


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]


def test_no_feed_answers(run: Run, place: Path) -> None:
    """With something stored an issue is built all the same; with nothing there is none."""
    for path in files_of(place / "feeds"):
        path.rename(path.with_suffix(".away"))
    nothing = run("-C", place, "build", "--at", SLOT)
    assert nothing.code == 3
    assert not (place / "archive").exists()
    for path in files_of(place / "feeds"):
        path.rename(path.with_suffix(".json" if "hugging" in path.name else ".rdf" if "blogs" in path.name else ".xml"))
    assert run("-C", place, "collect", "--at", SLOT).code == 0
    for path in files_of(place / "feeds"):
        path.unlink()
    built = run("-C", place, "build", "--at", "2026-06-29T09:00", "--json")
    assert built.code == 1
    assert built.json["receipt"]["shown"] > 20


def test_an_unusable_clock(run: Run, place: Path) -> None:
    told = run("-C", place, "build", "--at", "monday")
    assert told.code == 2
    assert "ISO 8601" in told.err


def test_interrupted_at_any_moment(place: Path, run: Run, forks: Forks) -> None:
    """Ctrl-C: exit code 130, what was stored is kept, and the next run goes on."""
    with (place / "told").open("w") as told:
        process = forks.start(["-C", place, "build", "--at", SLOT], stderr=told)
        wait_for((place / ".digest/lock").exists)
        process.send_signal(signal.SIGINT)
        assert process.wait() in (0, 130)
    assert "Traceback" not in (place / "told").read_text()
    done = run("-C", place, "build", "--at", SLOT)
    assert done.code == 0, done.err
    assert (place / "archive/2026-W27/issue.json").exists()


def test_a_full_disk(run: Run, place: Path, forks: Forks) -> None:
    """A limit on file sizes stands for a full disk: the same errors come from the same calls."""
    run("-C", place, "collect", "--at", "2026-06-29T07:00")
    done = forks.run(["-C", place, "build", "--at", SLOT], check=False, disk=20_000)
    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert run("-C", place, "build", "--at", SLOT, "--json").json["receipt"]["shown"] > 20


def test_the_schemas_are_those_of_the_types() -> None:
    import json

    from digest import config
    from digest.storage import archive

    for name, schema in (("feeds.schema.json", config.json_schema()), ("issue.schema.json", archive.json_schema())):
        assert json.loads((ROOT / "docs" / "reference" / name).read_text()) == schema, "run `make schemas`"


@pytest.mark.parametrize(
    "command", [("watch", "import"), ("feeds", "import"), ("subscribers", "import"), ("classify", "--input")]
)
def test_a_named_file_that_is_not_there_is_told_in_plain_words(
    run: Run, sample: Path, command: tuple[str, ...]
) -> None:
    told = run("-C", sample, *command, "not-there")
    assert told.code == 2
    assert "not-there: " in told.err
    assert "o such file" in told.err
    assert "Errno" not in told.err


def test_a_named_file_that_is_no_list_is_told_with_a_remedy(run: Run, sample: Path, tmp_path: Path) -> None:
    (tmp_path / "works.bib").write_bytes(b"@article{\xff}")
    told = run("-C", sample, "watch", "import", tmp_path / "works.bib")
    assert told.code == 2
    assert "works.bib: contains no references; export it as BibTeX" in told.err
