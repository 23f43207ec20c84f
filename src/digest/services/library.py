"""Read a reader's own library in a process of its own, so that no file can stop or fill this one.

Run as a program, this module is that process: it takes the library on standard input and writes what it says of its owner as JSON.
It limits its own memory and time, because the file is a stranger's and its parsers are not written for strangers.
"""

import json
import resource
import signal
import subprocess
import sys
from dataclasses import asdict

from digest.errors import UsageError
from digest.storage.files import resources
from digest.subscribers import library
from digest.subscribers.library import FORMS, LARGEST, Library

SECONDS = 30.0
MEMORY = 1_000_000_000  # bytes of address space


def read_library(body: bytes, *, name: str, seconds: float = SECONDS) -> Library:
    """What a library says of its owner.

    Raises:
        UsageError: it is too large, takes too long, or is no library.
    """
    if len(body) > LARGEST:
        raise UsageError(name, f"is larger than {LARGEST // 1_000_000} MB", "export a part of the library")
    # -P: a module of the same name in the current folder, a workspace perhaps, must not be run.
    program = [sys.executable, "-P", "-m", "digest.services.library", name, str(seconds), str(MEMORY)]
    slow = UsageError(name, f"takes more than {seconds:g} seconds to read", "export a part of the library")
    try:
        done = subprocess.run(program, input=body, capture_output=True, check=False, timeout=2 * seconds)  # noqa: S603
    except subprocess.TimeoutExpired as error:  # it did not even start in time, on a busy machine
        raise slow from error
    if done.returncode == -signal.SIGALRM:
        raise slow
    if done.returncode:
        raise UsageError(name, "cannot be read as a library", FORMS)
    answer = json.loads(done.stdout)
    if "cause" in answer:
        raise UsageError(name, answer["cause"], answer["remedy"])
    lists = {key: tuple(found) for key, found in answer.items() if key != "works"}
    return Library(works=answer["works"], **lists)


def main(name: str, seconds: float, memory: int) -> None:
    """Read a library. What cannot be read is answered with the error's cause and remedy."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    body = sys.stdin.buffer.read(library.LARGEST + 1)
    try:
        answer = asdict(library.read(body, name=name, ordinary=resources.ordinary_words()))
    except UsageError as error:
        answer = {"cause": error.cause, "remedy": error.remedy}
    except (MemoryError, RecursionError):
        answer = {"cause": "needs more memory than is allowed", "remedy": library.FORMS}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
