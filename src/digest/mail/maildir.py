"""Messages into a Maildir: the channel of a workspace that names no other. Sends nothing to anyone."""

import os
from collections.abc import Callable
from pathlib import Path

from digest.mail.transport import OFFER, Letter, Outcome, Talk


class Outbox:
    """A Maildir. A message's file is named after its Message-ID, so the same message is never there twice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        try:
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Outcome(kind="locked_out", reply=f"{self._folder} cannot be made ({error.strerror})")
        if not (yield OFFER):
            return None
        name = letter.id.replace("/", "_")
        written, final = self._folder / "tmp" / name, self._folder / "new" / name
        try:
            written.write_bytes(letter.content.replace(b"\r\n", b"\n"))
            os.replace(written, final)  # noqa: PTH105  (says what it is: one atomic rename)
        except OSError as error:
            return Outcome(kind="lost", reply=f"{final} cannot be written ({error.strerror})")
        return Outcome(kind="accepted", reply=str(final))

    def close(self) -> None:
        """Nothing is open."""
