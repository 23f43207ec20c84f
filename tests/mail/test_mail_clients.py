"""The message as programs in a terminal show it: the mail readers mutt and neomutt, the browsers w3m and lynx."""

import email
import os
import shutil
import subprocess
import time
from email import policy
from pathlib import Path

import pytest

from support.running import ROOT, Run

KEY = "2026-W27"
FILLER = dict.fromkeys(map(ord, "\u034f\u200c"))  # follows the preheader, and has no width


@pytest.fixture
def message(tmp_path: Path, run: Run) -> Path:
    """A copy of the sample's mail, as the outbox holds it."""
    place = tmp_path / "w"
    run("init", "--sample", place)
    shutil.copytree(ROOT / "archive", place / "archive")
    sent = run("-C", place, "send", KEY, "--to", "reader@example.org")
    assert sent.code == 0, sent.err
    (path,) = (place / ".digest/outbox/new").iterdir()
    return path


def _program(name: str) -> str:
    return shutil.which(name) or pytest.skip(f"no {name} on this machine (Debian: apt install {name})")


@pytest.mark.parametrize(
    "command",
    [
        ["w3m", "-dump", "-cols", "80", "-T", "text/html"],
        ["lynx", "-dump", "-stdin", "-width=80", "-display_charset=utf-8"],
    ],
    ids=lambda command: command[0],
)
def test_the_html_reads_well_without_any_style(message: Path, command: list[str]) -> None:
    """In the mail's order, no line too long, nothing of the markup to be seen, its links there."""
    _program(command[0])
    told = email.message_from_bytes(message.read_bytes(), policy=policy.default)
    html = told.get_body(("html",))
    assert html is not None
    environment = {**os.environ, "LANG": "C.UTF-8", "HOME": str(message.parent)}
    shown = subprocess.run(
        command, input=html.get_content(), capture_output=True, text=True, check=True, env=environment, timeout=30
    ).stdout
    places = [
        shown.index(words) for words in ("LLM Trends Weekly", "Read first", "Contents", "as of 2024", "Unsubscribe")
    ]
    assert places == sorted(places)
    assert "<" not in shown.replace("< 0.001", "")
    texts = (line for line in shown.splitlines() if "http" not in line and "mailto:" not in line)
    lines = [line.translate(FILLER).rstrip() for line in texts]
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize(("reader", "kept"), [("neomutt", "outbox"), ("neomutt", "archive"), ("mutt", "outbox")])
def test_a_mail_reader_opens_the_message(message: Path, tmp_path: Path, reader: str, kept: str) -> None:
    """From the Maildir as `digest send` leaves it, or from an archived `.eml`."""
    if kept == "archive":
        message.write_bytes((ROOT / "archive" / KEY / "email.eml").read_bytes())
    command, tmux = _program(reader), _program("tmux")
    outbox, socket = message.parent.parent, tmp_path / "tmux"
    (tmp_path / "muttrc").write_text(
        f"set folder={outbox}\nset wait_key=no\nset pager_index_lines=0\nignore *\nunignore from to subject date\n"
    )
    environment = {**os.environ, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TERM": "xterm", "HOME": str(tmp_path)}

    def mux(*argv: str) -> str:
        command = [tmux, "-S", str(socket), *argv]
        return subprocess.run(command, capture_output=True, text=True, check=True, env=environment).stdout

    def waited(words: str) -> str:
        for _ in range(100):
            shown = mux("capture-pane", "-p")
            if words in shown:
                return shown
            time.sleep(0.1)
        raise AssertionError(shown)

    mux("new-session", "-d", "-x", "80", "-y", "50", f"{command} -R -n -F {tmp_path / 'muttrc'} -f {outbox}")
    try:
        assert "LLM Trends Weekly" in waited("LLM Trends Weekly")
        mux("send-keys", "Enter")
        shown = waited("29 June 2026")
        if "THIS WEEK IN " not in shown:  # on the next screen
            mux("send-keys", "Space")
            shown += waited("THIS WEEK IN ")
        assert "\ufffd" not in shown
        mux("send-keys", "q")
        mux("send-keys", "v")
        parts = waited("text/html")
        assert parts.index("text/plain") < parts.index("text/html")
    finally:
        mux("kill-server")
