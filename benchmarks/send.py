"""`python benchmarks/send.py [--messages N]`: messages a second into smtp-sink, beside smtplib and Debian's smtp-source.

Ours is the whole of sending: the ledger, committed before each body and after each answer, on the disk that /tmp is on. The rivals keep no
ledger: smtplib sends an EmailMessage that is built for each recipient, over one connection; smtp-source sends ready bytes of the same size.
"""

import argparse
import resource
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP

SIZE = 80_000
CONNECTIONS = 4
SLOT = "2026-06-29T08:00"


def sink() -> tuple[subprocess.Popen[bytes], int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1024"], stderr=subprocess.DEVNULL)
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    return process, port


def ours(port: int, messages: int) -> float:
    """Messages a second of `digest send`, of its whole run but the interpreter's start."""
    from digest.cli import main
    from digest.store import open_store

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "w"
        main(["init", "--sample", str(place)])
        main(["-C", str(place), "build", "--at", SLOT, "--json"])
        smtp = f"{{host: 127.0.0.1, port: {port}, security: none, connections: {CONNECTIONS}}}"
        with (place / "feeds.yaml").open("a") as file:
            file.write(f"\ndelivery: {{from: d@example.org, smtp: {smtp}}}\n")
        with open_store(place / ".digest/digest.sqlite3") as store, store.transaction():
            for n in range(messages):
                store.subscribers.add(f"p{n}@example.org", key=f"p{n}@example.org", at=datetime.now(UTC))
        begun = time.perf_counter()
        code = main(["-C", str(place), "send"])
        assert code == 0, code
        return messages / (time.perf_counter() - begun)


def smtplib_each(port: int, messages: int) -> float:
    """smtplib with a message built per recipient, over one connection."""
    text = "A line of the text part, as long as such lines are.\n" * (SIZE // 4 // 52)
    html = "<p>A line of the HTML part, as long as such lines are – styled.</p>\n" * (SIZE * 3 // 4 // 70)
    begun = time.perf_counter()
    with SMTP("127.0.0.1", port) as server:
        for n in range(messages):
            message = EmailMessage()
            message["From"], message["To"], message["Subject"] = (
                "d@example.org",
                f"p{n}@example.org",
                "LLM Trends Weekly",
            )
            message.set_content(text)
            message.add_alternative(html, subtype="html")
            server.send_message(message)
    return messages / (time.perf_counter() - begun)


def smtp_source(port: int, messages: int, size: int) -> float:
    command = ["smtp-source", "-s", str(CONNECTIONS), "-m", str(messages), "-l", str(size), "-d", f"127.0.0.1:{port}"]
    begun = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return messages / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    process, port = sink()
    try:
        for run in range(options.runs):
            figures = {
                "digest send": ours(port, options.messages),
                "smtplib, a message each": smtplib_each(port, options.messages // 20),
                "smtp-source": smtp_source(port, options.messages, SIZE),
            }
            own = figures["digest send"]
            for name, rate in figures.items():
                print(f"run {run + 1}: {name:24} {rate:7.0f}/s  {own / rate:6.2f}", flush=True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
        print(f"peak memory {peak:.0f} MB", file=sys.stderr)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
