"""Commands of `digest`, each in a process of its own that may be killed: forked from one that imported everything, so that none waits for it.

`python forked.py` reads a line of JSON for each, `{"argv": [...], "errors": "a file for its standard error"}`, and answers with two lines:
the process's number, as soon as it runs, and its exit status, as `os.waitpid` gives it.
"""

import json
import os
import select
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager, suppress
from importlib import import_module
from pathlib import Path
from typing import IO

IMPORTED = (
    "digest.cli.program", "digest.cli.progress", "digest.cli.publishing", "digest.pipeline.publish", "digest.pipeline.desk", "premailer",
)  # fmt: skip


class Forks(AbstractContextManager["Forks"]):
    """The process that forks, and its child of the moment."""

    def __init__(self, errors: Path) -> None:
        self.errors = errors
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self._child = 0
        self._began = 0.0

    def __exit__(self, *_: object) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait(timeout=10)
        _pipe(self._process.stdout).close()

    def start(self, argv: list[str]) -> None:
        _pipe(self._process.stdin).write(json.dumps({"argv": argv, "errors": str(self.errors)}) + "\n")
        self._child = int(_pipe(self._process.stdout).readline())
        self._began = time.monotonic()

    def wait(self, seconds: float | None = None) -> tuple[int, float] | None:
        """The exit code and the seconds that it took, or None where it is still at work after `seconds`."""
        ended, _, _ = select.select([_pipe(self._process.stdout)], [], [], seconds)
        if not ended:
            return None
        status = int(_pipe(self._process.stdout).readline())
        return os.waitstatus_to_exitcode(status), time.monotonic() - self._began

    def kill(self) -> bool:
        """With its own workers; whether it was still at work."""
        with suppress(ProcessLookupError):  # it has just ended
            os.killpg(self._child, signal.SIGKILL)
        ended = self.wait()
        assert ended is not None
        assert ended[0] in (0, 1, -signal.SIGKILL)
        return ended[0] == -signal.SIGKILL


def _pipe(file: IO[str] | None) -> IO[str]:
    assert file is not None
    return file


def _serve() -> None:
    from digest.cli import main

    for name in IMPORTED:
        import_module(name)
    for line in sys.stdin:
        told = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            print(os.getpid(), flush=True)
            sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115
            os.dup2(os.open(told["errors"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            sys.exit(main(told["argv"]))  # as it ends in the field, with all that it tidies up
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    _serve()
