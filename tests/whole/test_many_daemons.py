"""`digest run --workspaces`: one process that keeps a daemon for each newsletter of a folder, whose troubles are their own."""

import os
import re
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from support.deployments import newsletter, published
from support.forked import Fork, Forks
from support.running import Run, wait_for
from support.smtpserver import serving

pytestmark = pytest.mark.slow


@contextmanager
def daemons(forks: Forks, folder: Path, log: Path) -> Iterator[Fork]:
    with log.open("ab") as file:
        one = forks.start(["run", "--workspaces", folder], stderr=file)
        try:
            yield one
        finally:
            with suppress(ProcessLookupError):
                one.send_signal(signal.SIGTERM)
            assert one.wait(timeout=30) in (0, -signal.SIGKILL)


def processes(log: Path) -> dict[str, int]:
    """The last process of each newsletter, by what was logged."""
    return {name: int(number) for name, number in re.findall(r"(\w+): started: process (\d+)", log.read_text())}


def runs(process: int) -> bool:
    stat = Path(f"/proc/{process}/stat")
    return stat.exists() and stat.read_text().rpartition(") ")[2][0] != "Z"


@pytest.mark.usefixtures("each_store")
def test_one_process_serves_all_newsletters_and_the_trouble_of_one_is_its_own(
    sample: Path, tmp_path: Path, forks: Forks, run: Run
) -> None:
    folder, log = tmp_path / "newsletters", tmp_path / "log"
    with serving() as server:
        for name in ("broken", "good"):
            newsletter(folder / name, sample=sample, port=server.port, people=20)
        config = folder / "broken/feeds.yaml"
        right = config.read_text()
        config.write_text(right + "nonsense: true\n")
        with daemons(forks, folder, log):
            wait_for(lambda: bool(published(folder / "good")), seconds=120)
            assert not published(folder / "broken")
            wait_for(lambda: "broken: its daemon ended (exit code 2)" in log.read_text(), seconds=20)
            config.write_text(right)
            wait_for(lambda: bool(published(folder / "broken")), seconds=120)
            told = run("deploy", "status", folder, "--json").json
            assert {one["name"].removeprefix("digest_") for one in told["newsletters"]} == {"broken", "good"}
            assert not [problem for problem in told["problems"] if "worker" in problem]
            os.kill(processes(log)["good"], signal.SIGKILL)
            wait_for(
                lambda: "good: its daemon ended (killed by SIGKILL), and is started again in 60 s" in log.read_text()
            )
            with (folder / "good/feeds.yaml").open("a") as file:
                file.write("# a change, so that nobody waits for a minute\n")
            killed = processes(log)["good"]
            wait_for(lambda: processes(log)["good"] != killed, seconds=60)
            alive = set(processes(log).values())
            assert all(map(runs, alive))
        assert not any(map(runs, alive))
    assert sorted(server.recipients) == sorted(
        f"{name}-{n}@example.org" for name in ("broken", "good") for n in range(20)
    )
    assert "Traceback" not in log.read_text()


def test_daemons_end_with_the_process_that_started_them(sample: Path, tmp_path: Path, forks: Forks) -> None:
    folder, log = tmp_path / "newsletters", tmp_path / "log"
    for name in ("one", "two"):
        shutil.copytree(sample, folder / name)
    with daemons(forks, folder, log) as one:
        wait_for(lambda: len(processes(log)) == 2, seconds=60)
        os.kill(one.pid, signal.SIGKILL)
        wait_for(lambda: not any(map(runs, processes(log).values())), seconds=60)
    with daemons(forks, folder, log):  # and leave nothing that keeps others out
        wait_for(lambda: log.read_text().count("one: started") == 2, seconds=60)
        time.sleep(2)
        assert "its daemon ended" not in log.read_text()


def test_one_address_cannot_show_several_newsletters(run: Run, sample: Path) -> None:
    told = run("run", "--workspaces", sample.parent, "--serve", "127.0.0.1:0")
    assert (told.code, "`digest -C DIR serve`" in told.err) == (2, True)
    assert run("run", "--workspaces", sample / "archive").code == 2
