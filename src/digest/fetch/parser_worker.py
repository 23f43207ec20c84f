"""The parser process: reads pickled requests from standard input and writes pickled answers to standard output.

Each answer follows a line with its length in bytes. The process limits its own memory and the time per document, and ends when its
standard input ends, so that it never outlives the process that started it. It accesses neither files nor the network.
`digest.fetch.parser_pool` starts it.
"""

import os
import pickle
import resource
import signal
import sys
from typing import BinaryIO

import digest.feeds.parsing.tolerant  # noqa: F401  (before the first document's time runs)
from digest.errors import FeedError
from digest.feeds.parsing import parse
from digest.model import Document


def main(seconds: float, memory: int) -> None:
    """Answer until the input ends. A document that takes longer than `seconds` ends the process by SIGALRM."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # die if nobody reads the answer any more
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a parser's own output must not mix with the answers
    while request := _request(sys.stdin.buffer):
        signal.setitimer(signal.ITIMER_REAL, seconds)
        answer = _answer(*request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        written = pickle.dumps(answer)
        answers.write(b"%d\n%b" % (len(written), written))
        answers.flush()


def _request(stream: BinaryIO) -> tuple[bytes, str, str] | None:
    try:
        request: tuple[bytes, str, str] = pickle.load(stream)  # noqa: S301  (from the process that started this one)
    except (EOFError, pickle.UnpicklingError):  # the main process was killed
        return None
    return request


def _answer(body: bytes, url: str, content_type: str) -> Document | FeedError:
    try:
        return parse(body, url=url, content_type=content_type)
    except FeedError as error:
        return error
    except MemoryError:
        return FeedError(url, "the document needs more memory than is allowed")
    except RecursionError:
        return FeedError(url, "the document is nested too deeply to be read")
    except Exception as error:  # noqa: BLE001  (a parser's bug must affect only this document)
        return FeedError(url, f"the document cannot be read ({type(error).__name__})")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
