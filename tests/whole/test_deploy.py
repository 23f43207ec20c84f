"""The ways that people run it, as far as a machine without their services can show."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from digest import __version__
from digest.cli import root
from support.forked import Forks
from support.publishing import Paper
from support.running import ROOT

pytestmark = pytest.mark.slow

DEPLOY = ROOT / "deploy"
UNITS = sorted(path.name for path in DEPLOY.glob("digest*.*"))


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_finds_no_fault_with_the_units(tmp_path: Path) -> None:
    for name in UNITS:
        text = (DEPLOY / name).read_text().replace("/opt/digest/bin/digest", "/bin/true")
        (tmp_path / name).write_text(text)
    command = ["systemd-analyze", "verify", "--recursive-errors=no", *(str(tmp_path / name) for name in UNITS)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (told.returncode, told.stderr.strip()) == (0, "")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_the_timer_elapses_at_the_slot() -> None:
    lines = (DEPLOY / "digest-publish.timer").read_text().splitlines()
    calendars = [line.partition("=")[2] for line in lines if line.startswith("OnCalendar=")]
    command = ["systemd-analyze", "calendar", "--base-time=2026-11-25 00:00:00 UTC", *calendars]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert "Mon 2026-11-30 07:00:00 UTC" in told
    assert "Persistent=true" in lines


OF_SERVICES = {
    "image",
    "build",
    "command",
    "environment",
    "secrets",
    "volumes",
    "restart",
    "depends_on",
    "healthcheck",
    "ports",
    "deploy",
    "read_only",
    "tmpfs",
    "cap_drop",
    "security_opt",
    "stop_grace_period",
}  # fmt: skip  (keys of the Compose specification; a misspelt one is none of these)


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    return found


def understood(argv: list[str]) -> None:
    """Parse a command with all its options and their values, without running it."""
    assert argv[0] == "digest"
    context = click.Context(root, info_name="digest", **root.context_settings)  # as it runs: a help option is made once
    name, *rest = click.Command.parse_args(root, context, argv[1:])
    command = root.get_command(context, name)
    assert command is not None
    command.make_context(name, rest, parent=context)


def test_compose_names_only_what_it_defines() -> None:
    whole = compose()
    services = whole["services"]
    assert set(services) == {"postgres", "worker", "web"}
    assert services["worker"]["deploy"] == {"replicas": 2}
    for name, service in services.items():
        assert set(service) <= OF_SERVICES, name
        assert service["healthcheck"]["test"][0] == "CMD"
        assert service["restart"] == "unless-stopped"
        assert set(service["secrets"]) <= set(whole["secrets"])
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= set(whole["volumes"])
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}
            assert "healthcheck" in services[needed]
        files = {value for key, value in service["environment"].items() if key.endswith("_FILE")}
        assert files == {f"/run/secrets/{secret}" for secret in service["secrets"]}
        assert not any(
            "password" in str(value).lower() for key, value in service["environment"].items() if key[-5:] != "_FILE"
        )
    assert services["web"]["ports"] == ["127.0.0.1:8000:8000"]
    build = services["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).is_file()
    assert (DEPLOY / build["context"] / build["args"]["PINS"]).is_file()
    assert f"ARG {next(iter(build['args']))}=" in (DEPLOY / "Dockerfile").read_text()


def test_compose_calls_commands_that_there_are() -> None:
    services = compose()["services"]
    for service in (services["worker"], services["web"]):
        understood(service["command"])
    understood(services["worker"]["healthcheck"]["test"][1:])
    for line in (DEPLOY / "compose.yaml").read_text().splitlines():
        if "run --rm web digest" in line:
            understood(line.partition("web ")[2].split())


def test_the_health_check_of_the_web_asks_it(sample: Path, tmp_path: Path, forks: Forks) -> None:
    place = Path(shutil.copytree(sample, tmp_path / "w"))
    command = compose()["services"]["web"]["healthcheck"]["test"][1:]
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        asked = [sys.executable, *(word.replace("127.0.0.1:8000", address.partition("://")[2]) for word in command[1:])]
        told = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert "HTTP Error 503" in told.stderr  # the sample's next issue is late
    assert subprocess.run(asked, capture_output=True, check=False).returncode == 1


def test_units_call_commands_that_there_are() -> None:
    for unit in DEPLOY.glob("*.service"):
        (line,) = [line for line in unit.read_text().splitlines() if line.startswith("ExecStart=")]
        understood(line.partition("/bin/")[2].replace("${PORT}", "8000").split())


def test_the_image_for_a_database_has_what_the_extra_asks_for() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["postgres"]
    pins = {name: _pins(f"requirements{name}.txt") for name in ("", "-postgres", "-test")}
    assert pins[""].items() <= pins["-postgres"].items() <= (pins["-test"] | pins[""]).items()
    assert {re.split(r"[\[>]", one)[0] for one in extra} <= set(pins["-postgres"])


def _pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return dict(line.removesuffix(" \\").split("==") for line in lines if "==" in line)


def test_the_crontab_calls_commands_that_there_are() -> None:
    lines = [line for line in (DEPLOY / "crontab").read_text().splitlines() if line and not line.startswith("#")]
    assert [line.partition("bin/digest ")[2].split()[0] for line in lines] == ["collect", "publish"]


def test_the_image_is_small_unprivileged_and_watched() -> None:
    steps = (DEPLOY / "Dockerfile").read_text().splitlines()
    last = steps[max(n for n, line in enumerate(steps) if line.startswith("FROM")) :]
    assert "-slim" in last[0]
    words = [line.split()[0] for line in last if line and line[0].isupper()]
    assert words.index("USER") < words.index("CMD")
    assert {"HEALTHCHECK", "VOLUME", "STOPSIGNAL"} <= set(words)


def _anybodys_python() -> str:
    """An interpreter of this version that is not only root's, as the image's is."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for place in (sys.executable, f"/usr/bin/{version}"):
        command = [place, "-c", "pass"]
        if Path(place).exists() and _runs(command):
            return place
    return pytest.skip(f"no {version} that another user may run")


def _runs(command: list[str]) -> bool:
    try:
        return subprocess.run(command, user="nobody", check=False).returncode == 0
    except PermissionError:
        return False


@pytest.mark.soak
def test_the_images_steps_work_in_a_clean_folder_as_another_user(tmp_path: Path) -> None:
    """Where no engine runs: install without the checkout, then be an unprivileged user in an empty folder."""
    shutil.copytree(ROOT, tmp_path / "src", ignore=shutil.ignore_patterns(".git", ".venv", "tests", ".digest"))
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*pip, "--target", str(tmp_path / "site"), str(tmp_path / "src")], check=True)
    place = tmp_path / "workspace"
    place.mkdir()
    for folder in (tmp_path, *tmp_path.parents[:2]):
        folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(place, "nobody")
    user = {"user": "nobody"} if os.geteuid() == 0 else {}
    python = _anybodys_python() if user else sys.executable
    libraries = next(path for path in sys.path if path.endswith("site-packages"))

    def digest(*argv: str) -> subprocess.CompletedProcess[str]:
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": f"{tmp_path / 'site'}:{libraries}", "HOME": str(place)}
        command = [python, "-m", "digest", *argv]
        done = subprocess.run(command, cwd=place, env=env, capture_output=True, text=True, check=False, **user)  # type: ignore[call-overload]
        assert done.returncode == 0, done.stdout + done.stderr
        return done  # type: ignore[no-any-return]

    digest("init", "--sample")
    assert "144 entries" in digest("build", "--at", "2026-06-29T08:00").stdout
    digest("status", "--check", "--at", "2026-06-29T08:01")


class Runners:
    """Runners that clone a bare repository, run the workflow's own steps, and are thrown away with their state."""

    def __init__(self, folder: Path, forks: Forks) -> None:
        self.folder = folder
        self.origin = folder / "origin.git"
        workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text())
        steps = workflow["jobs"]["publish"]["steps"]
        self.steps = [step["run"] for step in steps if "run" in step and step["name"] != "Install"]
        shim = folder / "bin/digest"
        shim.parent.mkdir()
        shim.write_text(f'#!/bin/sh\ncommand=$1; shift\nexec {" ".join(forks.command)} "$command" --at "$AT" "$@"\n')
        shim.chmod(0o755)

    def git(self, *argv: str, cwd: Path | None = None) -> str:
        identity = ["-c", "user.name=t", "-c", "user.email=t@example.org"]
        done = subprocess.run(["git", *identity, *argv], cwd=cwd, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def clone(self, name: str) -> Path:
        self.git("clone", "-q", str(self.origin), str(self.folder / name))
        return self.folder / name

    def run(self, clone: Path, at: str) -> str:
        env: dict[str, Any] = os.environ | {"AT": at, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"}
        for step in self.steps:
            command = ["bash", "-e", "-o", "pipefail", "-c", step]
            done = subprocess.run(command, cwd=clone, env=env, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr + done.stdout
        return self.git("rev-parse", "main:archive", cwd=self.origin)


def test_a_workflow_that_is_late_doubled_and_without_state_publishes_once(tmp_path: Path, forks: Forks) -> None:
    runners = Runners(tmp_path, forks)
    paper = Paper(tmp_path / "seed")
    paper.write("one")
    (paper.place.root / ".gitignore").write_text(".digest/\n")
    runners.git("init", "-q", "-b", "main", cwd=paper.place.root)
    runners.git("add", ".", cwd=paper.place.root)
    runners.git("commit", "-q", "-m", "Begin", cwd=paper.place.root)
    runners.git("clone", "-q", "--bare", str(paper.place.root), str(runners.origin))

    runners.run(runners.clone("first"), "2026-06-06T12:23Z")
    doubled = runners.clone("doubled")
    published = runners.run(runners.clone("slot"), "2026-06-08T06:23Z")
    assert runners.run(doubled, "2026-06-08T06:24Z") == published
    assert runners.run(runners.clone("late"), "2026-06-08T10:23Z") == published
    keys = runners.git("ls-tree", "--name-only", "main:archive", cwd=runners.origin).split()
    assert [key for key in keys if key.startswith("2026-")] == ["2026-W24"]


def test_the_workflow_installs_the_release_where_there_is_only_a_feeds_yaml(tmp_path: Path) -> None:
    """Its own step, with the index replaced by a folder that holds this checkout's wheel."""
    workflow = yaml.safe_load((DEPLOY / "github-actions.yml").read_text())
    (step,) = [one["run"] for one in workflow["jobs"]["publish"]["steps"] if one.get("name") == "Install"]
    assert workflow["env"]["DIGEST_VERSION"] == __version__
    pip = [sys.executable, "-m", "pip"]
    build = [
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--no-index",
        "-w",
        str(tmp_path / "wheels"),
        str(ROOT),
    ]
    subprocess.run([*pip, *build], check=True)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pip").write_text(f'#!/bin/sh\nexec {" ".join(pip)} "$@"\n')
    (tmp_path / "bin/pip").chmod(0o755)
    place = tmp_path / "repository"
    place.mkdir()
    shutil.copy(ROOT / "feeds.yaml", place)
    env = os.environ | workflow["env"] | {
        "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}",
        "PIP_FIND_LINKS": str(tmp_path / "wheels"),
        "PIP_NO_INDEX": "1",
        "PIP_NO_DEPS": "1",
        "PIP_TARGET": str(tmp_path / "site"),
    }  # fmt: skip
    subprocess.run(["bash", "-e", "-c", step], cwd=place, env=env, check=True)
    libraries = next(path for path in sys.path if path.endswith("site-packages"))
    env["PYTHONPATH"] = f"{tmp_path / 'site'}:{libraries}"
    told = subprocess.run(
        [sys.executable, "-m", "digest", "next"], cwd=place, env=env, capture_output=True, text=True, check=False
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert (tmp_path / "site/digest/_feeds.yaml").exists()
