"""Workers on one database: every newsletter is collected, composed and sent, each issue once, whoever does it."""

import json
import signal
from pathlib import Path

import pytest

from support.deployments import all_published, assert_each_got_one, newsletter, published, workers
from support.forked import Forks
from support.running import Run, wait_for
from support.smtpserver import serving


@pytest.mark.slow
@pytest.mark.usefixtures("database")
def test_two_workers_publish_two_newsletters_and_mail_everybody_once(
    sample: Path, tmp_path: Path, forks: Forks
) -> None:
    folder = tmp_path / "newsletters"
    with serving() as server:
        for name in ("one", "two"):
            newsletter(folder / name, sample=sample, port=server.port, people=1200)
        with workers(forks, folder, tmp_path / "log", (), ()):
            all_published(folder)
        assert_each_got_one(folder, server.recipients)
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert "digest_one: " in log
    assert "digest_two: " in log
    assert "ERROR" not in log


def test_a_worker_needs_a_database(run: Run, sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("procrastinate", reason="procrastinate is not installed")
    monkeypatch.delenv("DIGEST_STORE", raising=False)
    told = run("-C", sample, "worker")
    assert told.code == 2
    assert "`digest run`" in told.err
    assert run("-C", sample, "worker", "--queues", "cook").code == 2


@pytest.mark.usefixtures("database")
def test_what_a_worker_logs_names_the_newsletter(sample: Path, tmp_path: Path, forks: Forks) -> None:
    place = newsletter(tmp_path / "one", sample=sample, port=1, people=0)
    with (tmp_path / "log").open("wb") as log:
        worker = forks.start(["-C", place, "worker", "--log", "json"], stderr=log)
        wait_for(lambda: bool(published(place)), seconds=60)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
    lines = [json.loads(line) for line in (tmp_path / "log").read_text().splitlines()]
    named = {line["newsletter"] for line in lines if line["message"].startswith("digest_one: ")}
    assert named == {"digest_one"}
    assert lines[-1]["message"] == "stopped"
