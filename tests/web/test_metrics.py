"""What monitoring reads of a workspace, and who may read it."""

import http.client
import os
import re
import shutil
from pathlib import Path

import pytest

from digest.model import Workspace
from digest.services.metrics import queue
from digest.storage.db import Server, located
from digest.web.metrics import text
from support.deployments import newsletter, workers
from support.forked import Forks
from support.mailing import subscribe
from support.postgres import Cluster
from support.running import Run, free_port, wait_for

LINE = re.compile(r'(digest_[a-z_]+)(?:\{[a-z]+="((?:[^"\\\n]|\\.)*)"\})? (-?[0-9.e+]+)')


def asked(address: str, path: str = "/metrics", **headers: str) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(address.partition("://")[2], timeout=20)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers["Content-Type"], text


def read(text: str) -> dict[tuple[str, str], float]:
    """The samples of a text in Prometheus' format, each announced by its help and type."""
    found: dict[tuple[str, str], float] = {}
    known: set[str] = set()
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name = line.split()[2]
            assert name not in known
            known.add(name)
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {name} gauge"
        else:
            sample = LINE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == name
            found[name, sample[2] or ""] = float(sample[3])
    assert not text or text.endswith("\n")
    return found


def configured(sample: Path, place: Path, extra: str) -> Path:
    shutil.copytree(sample, place)
    with (place / "feeds.yaml").open("a") as file:
        file.write(extra)
    return place


@pytest.mark.usefixtures("each_store")
def test_everything_that_a_supervisor_draws_is_counted(run: Run, sample: Path, tmp_path: Path, forks: Forks) -> None:
    model = "model: {base_url: 'http://localhost:1/v1', name: m, purse: {per_issue: 500, per_month: 1000}}\n"
    place = configured(sample, tmp_path / "w", f"serve: {{metrics: [127.0.0.1]}}\n{model}")
    if "DIGEST_STORE" in os.environ:
        assert run("-C", place, "store", "copy", "file", "server").code == 0
    assert run("-C", place, "collect", "--at", "2026-06-29T09:00").code == 0
    subscribe(place, "ada@example.org", "bob@example.org", "eve@example.org")
    assert run("-C", place, "send", "2026-W27", "--limit", "1").code == 1
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        status, type_, told = asked(address)
    assert (status, type_) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert "example.org" not in told
    found = read(told)
    assert found["digest_feeds", ""] > 0
    assert found["digest_feeds_late", ""] == found["digest_feeds_due", ""] == found["digest_feeds", ""]
    assert found["digest_feeds_failing", ""] == 0
    assert (found["digest_letters", "accepted"], found["digest_letters", "pending"]) == (1, 2)
    assert found["digest_letters", "in_doubt"] == 0
    assert found["digest_letters_accepted_per_second", ""] == pytest.approx(1 / 60, abs=1e-6)
    assert found["digest_subscribers", "active"] == 3
    assert found["digest_issue_closed_timestamp_seconds", ""] == 1782712800
    assert found["digest_collected_timestamp_seconds", ""] >= found["digest_store_began_timestamp_seconds", ""] > 0
    assert found["digest_next_slot_timestamp_seconds", ""] > 1782712800
    assert ("digest_daemon_beat_timestamp_seconds", "") not in found
    assert (found["digest_model_tokens", "in"], found["digest_model_tokens_limit", ""]) == (0, 1000)


def test_nobody_else_reads_them(sample: Path, tmp_path: Path, forks: Forks) -> None:
    place = configured(sample, tmp_path / "off", "")
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        assert asked(address)[0] == 404
    place = configured(sample, tmp_path / "on", "serve: {metrics: [10.1.0.0/16]}\n")
    with forks.serving(["-C", place, "serve", "--port", 0]) as address:
        assert asked(address)[0] == 404
        assert asked(address, X_Forwarded_For="203.0.113.9")[0] == 404
        assert asked(address, X_Forwarded_For="10.1.2.3")[0] == 200
        assert asked(address, X_Forwarded_For="10.1.2.3, 203.0.113.9")[0] == 404


@pytest.mark.slow
def test_jobs_and_workers_are_counted_where_there_are_any(
    postgres: Cluster, sample: Path, tmp_path: Path, forks: Forks, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    monkeypatch.setenv("DIGEST_STORE", postgres.database())
    place = newsletter(tmp_path / "all/weekly", sample=sample, port=free_port(), people=1)
    where = located(Workspace(root=place))
    assert isinstance(where, Server)
    assert list(queue(where)) == []

    def counted() -> dict[tuple[str, str], float]:
        return read(text(queue(where)))

    with workers(forks, tmp_path / "all", tmp_path / "log", (), ()):
        wait_for(lambda: counted().get(("digest_workers", "")) == 2, seconds=60)
        found = counted()
    assert {label for name, label in found if name == "digest_jobs"} == {"collect", "compose", "send"}
