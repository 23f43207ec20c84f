"""The process that reads one library: its bytes on standard input, what it says of its owner as JSON on standard output.

It limits its own memory and time, because the file is a stranger's and its parsers are not written for strangers.
`digest.services.library` starts it.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict

from digest.errors import UsageError
from digest.storage.files import resources
from digest.subscribers import library


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
