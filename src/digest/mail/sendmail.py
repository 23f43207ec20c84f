"""The channel that passes messages to a command such as `sendmail -i`, on a machine with its own mail server.

The message is the command's standard input, as a complete file, so that a killed sender cannot pass on half of it. Exit codes have
the meanings of sysexits.h.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, words

_ADDRESS = (65, 67, 68)  # EX_DATAERR, EX_NOUSER, EX_NOHOST
_LATER = (71, 75)  # EX_OSERR, EX_TEMPFAIL


class Command:
    """Runs the command once per message, with `-f SENDER -- RECIPIENT` after its own arguments."""

    def __init__(self, argv: Sequence[str], *, timeout: float) -> None:
        self._argv = tuple(argv)
        self._timeout = timeout

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        if shutil.which(self._argv[0]) is None:
            return Outcome(kind="locked_out", reply=f"{self._argv[0]} is not a command")
        with tempfile.TemporaryFile() as file:
            try:
                file.write(letter.content.replace(b"\r\n", b"\n"))
                file.seek(0)
            except OSError as error:
                return Outcome(kind="lost", reply=f"no room for the message ({error.strerror})")
            if not (yield OFFER):
                return None
            argv = (*self._argv, "-f", letter.sender, "--", letter.recipient)
            try:
                done = subprocess.run(  # noqa: S603  (the operator's own command; no shell reads it)
                    argv, stdin=file, capture_output=True, timeout=self._timeout, check=False
                )
            except subprocess.TimeoutExpired:
                return Outcome(kind="in_doubt", reply=f"did not end within {self._timeout:g} s")
            except OSError as error:
                return Outcome(kind="locked_out", reply=f"{self._argv[0]} cannot be run ({error.strerror})")
        said = words(done.stderr or done.stdout)
        return Outcome(kind=meaning(done.returncode), reply=said or f"exit code {done.returncode}")

    def close(self) -> None:
        """Do nothing: nothing is open."""


def meaning(code: int) -> OutcomeKind:
    """The outcome for an exit code. A command that was killed by a signal may have passed the message on."""
    if code < 0:
        return "in_doubt"
    if code in _LATER:
        return "deferred"
    if code in _ADDRESS:
        return "refused"
    return "barred" if code else "accepted"


class Outbox:
    """A Maildir. Files are named after Message-IDs, so that it contains each message only once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        try:
            for folder in (self._folder, *(self._folder / part for part in ("tmp", "new", "cur"))):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            return Outcome(kind="locked_out", reply=f"{self._folder} cannot be created ({error.strerror})")
        if not (yield OFFER):
            return None
        name = letter.id.replace("/", "_")
        written, final = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            with open(written, "wb", opener=_private) as file:
                file.write(letter.content.replace(b"\r\n", b"\n"))
            os.replace(written, final)  # noqa: PTH105  (says what it is: one atomic rename)
        except OSError as error:
            return Outcome(kind="lost", reply=f"{final} cannot be written ({error.strerror})")
        return Outcome(kind="accepted", reply=str(final))

    def close(self) -> None:
        """Do nothing: nothing is open."""


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, 0o600)
