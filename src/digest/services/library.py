"""Read a reader's own library in a process of its own, so that no file can stop or fill this one."""

import json
import signal
import subprocess
import sys

from digest.errors import UsageError
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
    program = [sys.executable, "-P", "-m", "digest.services.library_worker", name, str(seconds), str(MEMORY)]
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
