"""deploy/compose.yaml without an engine: what its comment says is done, and each service's own command is run, as plain processes.

The database is a PostgreSQL of the tests' own with the users and passwords that the file sets up, and is reached over TCP. What the file says of
folders, ports and the host's name is replaced by those of the test; commands, environment, secrets and health checks are its own.
"""

import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from support.mailing import store_of
from support.network import network_before
from support.postgres import Cluster
from support.publishing import ITEM
from support.running import ROOT, Run, free_port, wait_for

pytestmark = pytest.mark.slow
FILE = ROOT / "deploy/compose.yaml"


@dataclass(frozen=True)
class Host:
    """A machine that runs the services: its folders in place of the containers', and where the database and the web are."""

    folder: Path
    services: Mapping[str, Any]
    database: int
    web: int

    def here(self, text: str) -> str:
        """A command or a value with the places of this machine."""
        for there, ours in {
            "/run/secrets": f"{self.folder}/secrets",
            "/workspace": f"{self.folder}/newsletters",
            "@postgres/": f"@127.0.0.1:{self.database}/",
            "127.0.0.1:8000": f"127.0.0.1:{self.web}",
        }.items():
            text = text.replace(there, ours)
        return text

    def command(self, service: str, argv: list[str]) -> list[str]:
        words = [self.here(word) for word in argv]
        if service == "web" and "--port" in words:
            words[words.index("--port") + 1] = str(self.web)
        program = {"digest": [sys.executable, "-m", "digest"], "python": [sys.executable]}
        return [*program.get(words[0], [words[0]]), *words[1:]]

    def env(self, service: str) -> dict[str, str]:
        own = {name: self.here(value) for name, value in self.services[service]["environment"].items()}
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH", "DIGEST_SHARED") if name in os.environ
        }
        return kept | own

    def run(self, service: str, argv: list[str]) -> subprocess.CompletedProcess[str]:
        command = self.command(service, argv)
        return subprocess.run(command, env=self.env(service), capture_output=True, text=True, check=False, timeout=60)

    def healthy(self, service: str) -> bool:
        return self.run(service, self.services[service]["healthcheck"]["test"][1:]).returncode == 0

    @contextmanager
    def up(self, service: str) -> Iterator[None]:
        """A service with its replicas, which stop within its grace."""
        settings = self.services[service]
        grace = float(settings["stop_grace_period"].removesuffix("s"))
        running = list[subprocess.Popen[bytes]]()
        with (self.folder / f"{service}.log").open("ab") as log:
            for _ in range(settings.get("deploy", {}).get("replicas", 1)):
                command = self.command(service, settings["command"])
                running.append(subprocess.Popen(command, env=self.env(service), stderr=log, cwd=self.folder))
            try:
                yield
            finally:
                for process in running:
                    process.send_signal(signal.SIGTERM)
                codes = [process.wait(grace) for process in running]
        assert codes == [0] * len(running), (self.folder / f"{service}.log").read_text()


def steps() -> list[str]:
    """The commands in the file's first comment."""
    comment = FILE.read_text().partition("\nname:")[0]
    return [line.removeprefix("#").strip() for line in comment.splitlines() if line.startswith("#   ")]


def prepared(cluster: Cluster, settings: Mapping[str, str], password: str) -> None:
    """What the image of PostgreSQL does with its environment when it starts for the first time."""
    user, database = settings["POSTGRES_USER"], settings["POSTGRES_DB"]
    cluster.run("psql", "-c", f"CREATE ROLE {user} LOGIN SUPERUSER PASSWORD '{password}'")
    cluster.run("createdb", f"--owner={user}", database)
    (cluster.folder / "data/pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
    cluster.run("psql", "-c", "SELECT pg_reload_conf()")


def test_the_services_work_together(
    own_postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    for name in ("DIGEST_STORE", "DIGEST_STORE_FILE"):
        monkeypatch.delenv(name, raising=False)
    services = yaml.safe_load(FILE.read_text())["services"]
    made, stored, begun, up = steps()
    for step in (made, stored):
        subprocess.run(["bash", "-e", "-c", step], cwd=tmp_path, check=True)
    (tmp_path / "newsletters").mkdir()
    with ExitStack() as stack:
        network = stack.enter_context(network_before(own_postgres.folder / ".s.PGSQL.5432"))
        host = Host(folder=tmp_path, services=services, database=network.port, web=free_port())
        secret = tmp_path / "secrets/store"
        secret.chmod(0o644)
        secret.write_text(host.here(secret.read_text()))
        prepared(own_postgres, services["postgres"]["environment"], (tmp_path / "secrets/password").read_text().strip())
        check = [*services["postgres"]["healthcheck"]["test"][1:], f"--host={own_postgres.folder}"]
        assert subprocess.run([own_postgres.programs / check[0], *check[1:]], check=False).returncode == 0

        done = host.run("web", shlex.split(begun.partition(" web ")[2]))
        assert done.returncode == 0, done.stderr
        place = tmp_path / "newsletters/weekly"
        _made_local(place)
        assert up == "docker compose up -d"
        with host.up("worker"), host.up("web"):
            monkeypatch.setenv("DIGEST_STORE_FILE", str(secret))
            wait_for(lambda: _seen(place) and host.healthy("worker") and host.healthy("web"), seconds=120)
            told = run("deploy", "status", tmp_path / "newsletters", "--json")
            assert len(told.json["databases"][0]["workers"]) == services["worker"]["deploy"]["replicas"]
            assert told.json["problems"] == []
            secret.write_text(secret.read_text().replace("digest:", "digest:wrong"))
            assert not host.healthy("worker"), "a password that the database refuses is no trouble"
    logs = "".join((tmp_path / f"{service}.log").read_text() for service in ("worker", "web"))
    assert "Traceback" not in logs
    assert (tmp_path / "secrets/password").read_text().strip() not in logs


def _made_local(place: Path) -> None:
    """Let the newsletter have a feed that needs no network."""
    config = place / "feeds.yaml"
    text = re.split(r"^feeds:", config.read_text(), flags=re.MULTILINE)[0]
    config.write_text(text + "feeds:\n  - {name: Papers, url: papers.xml, kind: papers}\n")
    items = "".join(ITEM.format(name=name) for name in ("one", "two"))
    (place / "papers.xml").write_text(f'<rss version="2.0"><channel><title>P</title>{items}</channel></rss>')


def _seen(place: Path) -> bool:
    with store_of(place) as store:
        return store.items.last_seen() is not None
