"""Postfix's smtp-sink, a mail server that takes everything."""

import os
import re
import subprocess
from pathlib import Path

from support.running import free_port


class Sink:
    """Postfix's smtp-sink, which is stopped and started; it writes down what it took."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0
        self.start()

    def start(self) -> None:
        if self._process is None:
            self._starts += 1
            user = ("-u", "root") if os.geteuid() == 0 else ()
            dump = str(self._folder / f"sink-{self._starts}")
            self._process = subprocess.Popen(["smtp-sink", *user, "-D", dump, f"127.0.0.1:{self.port}", "100"])

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    def taken(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of each message."""
        return re.findall(r"^X-Rcpt-Args: <(\S+)>$.*?^Message-ID: (\S+)$", self.text(), re.MULTILINE | re.DOTALL)

    def text(self) -> str:
        """Everything that it took, one message after the other."""
        return "".join(path.read_text(errors="replace") for path in sorted(self._folder.glob("sink-*")))
