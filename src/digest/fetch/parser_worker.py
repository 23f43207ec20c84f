"""The process that reads one document after the other: pickled requests on standard input -> pickled answers on standard output.

Each answer follows a line that gives its length in bytes. The process bounds its own memory and the time of each document, and
ends when its standard input does: whoever started it may be killed at any moment and leaves nothing behind. It reads no file
and no network. `digest.fetch.parser_pool` starts it.
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
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # nobody is left to hear the answer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what a parser prints is no answer
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
    except (EOFError, pickle.UnpicklingError):  # between two requests, or within one, whoever asks was killed
        return None
    return request


def _answer(body: bytes, url: str, content_type: str) -> Document | FeedError:
    try:
        return parse(body, url=url, content_type=content_type)
    except FeedError as error:
        return error
    except MemoryError:
        return FeedError(url, "the document cannot be read in the memory that one may take")
    except RecursionError:
        return FeedError(url, "the document is nested too deeply to be read")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
