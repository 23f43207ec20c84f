"""Every command in odd environments: each ends with an exit code and, where it fails, one message; never with a traceback."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from digest.cli import COMMANDS
from support.cases import slow_but
from support.forked import Forks
from support.mailing import configure, subscribe
from support.odd_machine import library
from support.running import ROOT, Run

WALK = ROOT / "tests/support/walk.py"
AT = ("--at", "2026-06-29T08:01")
CALLS: dict[str, tuple[tuple[str, ...], ...]] = {
    "approve": (("2026-W27",),),
    "archive": (("pull",),),
    "backup": (("../backup.tar.gz",),),
    "baseline": ((), ("draft", "agents"), ("sign", "agents")),
    "build": (("--offline", *AT),),
    "check": ((), ("2026-W27", "--json")),
    "classify": (("A language model \u2013 \u4f60\u597d",), ("agents plan", "--json")),
    "collect": (AT,),
    "deploy": (("status", "."), ("status", "--json", ".")),
    "diff": (("2026-W27", "2026-W27"),),
    "doctor": ((), ("--json",)),
    "edit": ((), ("--json",)),
    "export": (("--format", "jsonl"),),
    "feeds": ((), ("--json",), ("export",), ("check",)),
    "grade": ((), ("2026-W27", "--json")),
    "init": (("new",),),
    "list": ((), ("--json",)),
    "model": (("check",),),
    "next": (("3",),),
    "publish": (AT,),
    "recap": (("--since", "2026-06-01"),),
    "reindex": ((),),
    "render": (("--all",),),
    "restore": (("../backup.tar.gz", "--force"), ("feeds.yaml",)),
    "rewind": ((),),
    "search": (("model",), ("model", "--json"), ("\u6a21\u578b",)),
    "send": (("--dry-run",), ("--to", "x@example.org"), (), ("--letters", "--yes")),
    "show": ((), ("2026-W27",), ("2026-W99",)),
    "status": ((), ("--json",), ("--check",)),
    "store": (("copy", "file", "server"),),
    "subscribers": (
        (),
        ("prefs", "x@example.org"),
        ("library", "x@example.org", "feeds.yaml"),
        ("list",),
        ("export",),
        ("bounces", "feeds.yaml"),
        ("import", "feeds.yaml", "--dry-run"),
    ),
    "teach": (("--review", "--json"),),
    "templates": ((),),
    "trends": ((), ("agents",)),
    "watch": ((),),
    "why": (("nothing",),),
}
SERVING = {"serve", "run", "worker", "preview", "desk", "mcp"}  # they go on until they are told to stop


def _nothing(_place: Path) -> None:
    pass


def _edited(change: Callable[[str], str]) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        for path in (place / "feeds.yaml", *place.glob("*.jsonl"), *place.glob("templates/**/*.j2")):
            path.write_bytes(change(path.read_text("utf-8")).encode("utf-8"))

    return edit


def _empty(place: Path) -> None:
    shutil.rmtree(place)
    place.mkdir()


def _broken(text: str) -> Callable[[Path], None]:
    def edit(place: Path) -> None:
        (place / "feeds.yaml").write_text(text, "utf-8")

    return edit


def _unreadable_issue(place: Path) -> None:
    (place / "archive/2026-W27/issue.json").write_text("{")


def _pipes(*names: str) -> Callable[[Path], None]:
    """Nobody writes to them, so that reading one never ends."""

    def edit(place: Path) -> None:
        for path in (place / name for name in names):
            path.unlink(missing_ok=True)
            path.parent.mkdir(exist_ok=True)
            os.mkfifo(path)

    return edit


def _no_store(place: Path) -> None:
    (place / ".digest/digest.sqlite3").write_bytes(b"no database" * 1000)


def _states_are_files(place: Path) -> None:
    shutil.rmtree(place / ".digest")
    (place / ".digest").write_text("a file where a folder should be")


def _addressed(base_url: str) -> Callable[[Path], None]:
    return lambda place: configure(place, f'{{from: "D <digest@example.org>", base_url: "{base_url}"}}')


ALIASES = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
)
ENVIRONMENTS: dict[str, tuple[Callable[[Path], None], str]] = {
    "ASCII": (_nothing, "ascii"),
    "Latin-1": (_nothing, "latin-1"),
    "BOM": (_edited(lambda text: "\ufeff" + text), "utf-8"),
    "CRLF": (_edited(lambda text: text.replace("\n", "\r\n")), "utf-8"),
    "an empty folder": (_empty, "utf-8"),
    "a broken issue": (_unreadable_issue, "utf-8"),
    "a damaged store": (_no_store, "utf-8"),
    "a file for a folder": (_states_are_files, "utf-8"),
    "pipes for what a person edits": (
        _pipes("edits.jsonl", "lessons.jsonl", "templates/email.html.j2", "trends/x.md"),
        "utf-8",
    ),
    "pipes for state": (_pipes(".digest/digest.sqlite3", "archive/2026-W27/issue.json"), "utf-8"),
    "aliases upon aliases": (_broken(ALIASES), "utf-8"),
    "a thousand levels": (_broken("a: " + "[" * 1000 + "]" * 1000), "utf-8"),
    "an open quote": (_broken('digest: {title: "x}\nfeeds: []\n'), "utf-8"),
    "binary": (_broken("\x00\x01"), "utf-8"),
    "a base_url that is not ASCII": (_addressed("https://bücher.example:8443/überblick//"), "utf-8"),
    "a base_url on one machine": (_addressed("http://[::1]:8080/~ada/news/"), "utf-8"),
    "a base_url with a query": (_addressed("https://example.org/news?lang=en"), "utf-8"),
    "a base_url with a fragment": (_addressed("https://example.org/news#top"), "utf-8"),
}
MACHINES = ("no IPv6", "no locks", "no flushing of folders", "a clock that jumps")


@pytest.fixture
def place(sample: Path, tmp_path: Path) -> Path:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    subscribe(place, "ada@example.org")
    return place


Walked = list[tuple[list[str], object, str, int]]


def _walk(place: Path, encoding: str, forks: Forks | None = None, **env: str) -> Walked:
    """Every command, in one process: a Python that has just started, or one that `forks` has warm."""
    calls = [[name, *argv] for name in sorted(CALLS) for argv in CALLS[name]]
    paths = [str(ROOT / "src"), *(path for path in sys.path if path.endswith("site-packages"))]
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths), "HOME": str(place.parent), **env}
    with TemporaryFile("w+") as asked, TemporaryFile("w+") as out, TemporaryFile("w+") as err, chdir(place):
        asked.writelines(json.dumps(argv) + "\n" for argv in calls)
        asked.seek(0)
        if forks is not None:
            forks.start([encoding], script=WALK, stdin=asked, stdout=out, stderr=err, env=env).wait(timeout=600)
        else:
            command = [sys.executable, "-P", str(WALK), encoding]
            subprocess.run(command, stdin=asked, stdout=out, stderr=err, env=env, check=False)
        out.seek(0)
        err.seek(0)
        walked = [json.loads(line) for line in out]
        assert len(walked) == len(calls), err.read()
    return walked


def test_every_command_is_walked() -> None:
    assert set(CALLS) | SERVING == set(COMMANDS)


@pytest.mark.parametrize("environment", slow_but(ENVIRONMENTS, "BOM", "an empty folder"))
def test_no_command_ends_in_a_traceback(place: Path, environment: str, forks: Forks) -> None:
    change, encoding = ENVIRONMENTS[environment]
    change(place)
    usual = encoding == "utf-8"  # a Python that runs already has its encodings
    walked = _walk(place, encoding, forks if usual else None, LC_ALL="C.UTF-8" if usual else "C")
    _check(walked)
    if environment == "Latin-1":
        assert {path.name for path in place.parent.iterdir()} == {"w", "backup.tar.gz"}, "nothing is left elsewhere"
    if environment.startswith("a base_url with"):
        assert {code for argv, code, *_ in walked if argv[0] in ("build", "check", "render", "send", "status")} == {2}


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
def test_no_machine_brings_a_traceback(place: Path, machine: str) -> None:
    walked = _walk(place, "utf-8", LC_ALL="C.UTF-8", LD_PRELOAD=library(), MACHINE=machine)
    _check(walked)
    codes = {" ".join(argv): code for argv, code, *_ in walked}
    assert (codes[" ".join(("build", *CALLS["build"][0]))] == 2) == (machine == "no locks"), codes
    assert codes["send --to x@example.org"] == 0, codes
    assert codes["search model"] == 0, codes


@pytest.mark.slow
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    "command", [("serve", "--port", "0"), ("run", "--serve", "localhost:0")], ids=lambda argv: argv[0]
)
def test_what_serves_starts_and_stops_on_each_machine(place: Path, machine: str, command: tuple[str, ...]) -> None:
    served = _started(place, machine, *command)
    assert served.stdout is not None
    first = served.stdout.readline()
    if first.startswith("http"):
        served.terminate()
    told = first + served.communicate(timeout=30)[0]
    if (machine, command[0]) == ("no locks", "run"):
        assert (first.startswith("digest: "), len(told.splitlines()), served.returncode) == (True, 1, 2)
    else:
        assert first.startswith("http://"), told
        assert "Traceback" not in told


@pytest.mark.slow
@pytest.mark.parametrize("host", ["::", "::1"])
def test_an_address_of_a_family_that_the_kernel_lacks_is_told(place: Path, host: str) -> None:
    told = _started(place, "no IPv6", "serve", "--host", host, "--port", "8080").communicate(timeout=30)[0]
    assert told == (
        f"digest: {host}:8080: cannot listen (this machine lacks the address family); choose another --host or --port\n"
    )


def _started(place: Path, machine: str, *argv: str) -> subprocess.Popen[str]:
    """A command in a process of its own, on an odd machine."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])}
    return subprocess.Popen(
        [sys.executable, "-m", "digest", "-C", place, *argv],
        env=env | {"LD_PRELOAD": library(), "MACHINE": machine},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def _check(walked: Walked) -> None:
    for argv, code, told, _ in walked:
        assert code in (0, 1, 2, 3), (argv, code, told)
        assert "Traceback" not in told, (argv, told)
        if code in (2, 3):
            messages = [line for line in told.splitlines() if line.startswith(("digest: ", "Error: "))]
            assert len(messages) == 1, (argv, told)
            assert told.strip(), argv


@pytest.mark.slow
def test_an_archive_is_read_where_nothing_can_be_written(place: Path) -> None:
    """The state is not needed to read it."""
    for argv in ("list", "show 2026-W27", "search model"):
        command = f"exec {sys.executable} -m digest -C {place} {argv}"
        script = f"mount --bind {place} {place} && mount -o remount,ro,bind {place} && {command}"
        told = subprocess.run(
            ["unshare", "--mount", "sh", "-c", script],
            env=_environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip
        if not told.stdout and "digest: " not in told.stderr:
            pytest.skip(f"mounting is not allowed here: {told.stderr.strip()[:100]}")
        assert told.returncode == 0, (argv, told)
        assert told.stdout


def _environment(**more: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path]), **more}


def test_json_stays_json_in_any_encoding(place: Path) -> None:
    command = [sys.executable, "-m", "digest", "-C", str(place), "search", "model", "--json"]
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])}
    told = subprocess.run(command, env=env, capture_output=True, check=True).stdout
    assert told.isascii()
    assert json.loads(told)["query"] == "model"


@pytest.mark.parametrize("endless", ["a pipe", "a device"])
def test_a_configuration_that_never_ends_is_no_file(place: Path, run: Run, endless: str) -> None:
    (place / "feeds.yaml").unlink()
    if endless == "a pipe":
        os.mkfifo(place / "feeds.yaml")
    else:
        (place / "feeds.yaml").symlink_to("/dev/zero")
    for argv in (
        ("status",),
        ("build",),
        ("feeds",),
        ("feeds", "add", "https://example.org/a.xml", "--yes"),
        ("send",),
    ):
        told = run("-C", place, *argv)
        assert told.code == 2, argv
        assert "Is a pipe or a device" in told.err, argv


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", "2>/dev/full"])
def test_streams_may_be_closed_or_full(place: Path, closed: str) -> None:
    """Nothing that is opened later gets the number of one, and the exit code is that of what happened."""
    env = _environment(COLUMNS="0")
    for argv, code in (
        ("subscribers import -", 0),
        ("search model --json", 0),
        ("show 2026-W99", 3),
        ("nonsense", 2),
        ("send --to x@example.org", 0),
    ):
        command = f"{sys.executable} -m digest -C {place} {argv} {closed}"
        told = subprocess.run(["bash", "-c", command], env=env, capture_output=True, text=True, input="", check=False)
        expected = 2 if closed == ">/dev/full" and code == 0 else code
        assert told.returncode == expected, (argv, told)
        assert "Traceback" not in told.stderr, (argv, told)


def test_a_terminal_without_columns_shows_something(place: Path) -> None:
    env = _environment(COLUMNS="0")
    command = [sys.executable, "-m", "digest", "-C", str(place), "list"]
    assert "2026-W27" in subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


def test_a_reader_who_has_seen_enough_is_no_error(place: Path) -> None:
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *sys.path])}
    command = f"{sys.executable} -m digest -C {place} search model --json | head -c 10"
    told = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], env=env, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
