"""`python benchmarks/send.py [--messages N]`: messages a second into smtp-sink, beside smtplib and Debian's smtp-source.

Ours is `digest send`, whole: the ledger, committed before each body and after each answer, on the disk that /tmp is on. The rivals keep no
ledger: smtplib sends an EmailMessage that is built for each recipient, over one connection; smtp-source sends ready bytes. All send as many
bytes a message as ours has: the sample issue at a reading time that makes about 80 kB. The sink's own time for them is in everyone's. Each is a process of its own: its time is from its start to its end, its CPU and its peak memory are its own.
"""

import argparse
import asyncio
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTP
from statistics import median

MINUTES = 7  # of reading: 84 kB a message
CONNECTIONS = 4
SLOT = "2026-06-29T08:00"
SHARE = 10  # smtplib sends so many times fewer


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One process: messages a second, microseconds of CPU a message, peak memory in MB."""

    rate: float
    cpu: float
    memory: float


@contextmanager
def sink() -> Iterator[int]:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = sock.getsockname()[1]
    process = subprocess.Popen(["smtp-sink", "-u", "nobody", f"127.0.0.1:{port}", "1024"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.kill()
        process.wait()


def measured(command: Sequence[str], messages: int) -> Figures:
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    cpu = (usage.ru_utime + usage.ru_stime) / messages * 1e6
    return Figures(rate=messages / seconds, cpu=cpu, memory=usage.ru_maxrss / 1000)


def workspace(folder: Path, port: int, messages: int) -> Path:
    """Made by processes of their own: a child begins with its parent's peak memory."""
    place, people = folder / "w", folder / "people"
    people.write_text("".join(f"p{n}@example.org\n" for n in range(messages)))
    digest(folder, "init", "--sample", place)
    settings = place / "feeds.yaml"
    settings.write_text(settings.read_text().replace("\ndigest:\n", f"\ndigest:\n  minutes: {MINUTES}\n", 1))
    digest(place, "build", "--at", SLOT)
    digest(place, "subscribers", "import", people)
    smtp = f"{{host: 127.0.0.1, port: {port}, security: none, connections: {CONNECTIONS}}}"
    with settings.open("a") as file:
        file.write(f"\ndelivery: {{from: d@example.org, smtp: {smtp}}}\n")
    return place


def digest(place: Path, *argv: str | Path) -> bytes:
    return subprocess.run([sys.executable, "-m", "digest", "-C", place, *argv], check=True, capture_output=True).stdout


def ours(port: int, messages: int) -> tuple[Figures, int]:
    """The figures, and the size of one message in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        place = workspace(Path(folder), port, messages)
        (route,) = json.loads(digest(place, "send", "--dry-run", "--json"))
        return measured([sys.executable, "-m", "digest", "-C", str(place), "send"], messages), route["size"]


def smtplib_each(port: int, messages: int, size: int) -> None:
    """smtplib with a message built per recipient, over one connection."""
    text = "A line of the text part, as long as such lines are.\n" * (size // 4 // 53)
    html = "<p>A line of the HTML part, as long as such lines are – styled.</p>\n" * (size * 3 // 4 // 73)
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


async def aiosmtplib_all(port: int, messages: int, size: int) -> None:
    """aiosmtplib with ready bytes and no ledger: the most that a sender built on it could reach."""
    import aiosmtplib

    content = b"Subject: LLM Trends Weekly\r\n\r\n" + b"A line, as long as such lines are.\r\n" * (size // 36)
    numbers = iter(range(messages))

    async def connection() -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for n in numbers:
                await client.mail("d@example.org")
                await client.rcpt(f"p{n}@example.org")
                await client.data(content)

    await asyncio.gather(*(connection() for _ in range(CONNECTIONS)))


def contest(port: int, messages: int) -> dict[str, Figures]:
    few = messages // SHARE
    own, size = ours(port, messages)
    smtplib = [sys.executable, __file__, "--smtplib", str(port), "--messages", str(few), "--size", str(size)]
    client = [sys.executable, __file__, "--aiosmtplib", str(port), "--messages", str(messages), "--size", str(size)]
    source = ["smtp-source", "-s", str(CONNECTIONS), "-m", str(messages), "-l", str(size), "-d", f"127.0.0.1:{port}"]
    return {
        "digest send": own,
        "smtplib, a message each": measured(smtplib, few),
        "aiosmtplib, no ledger": measured(client, messages),
        "smtp-source": measured(source, messages),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--alone", action="store_true", help="digest only, as for its memory")
    parser.add_argument("--smtplib", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--aiosmtplib", type=int, metavar="PORT", help=argparse.SUPPRESS)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.smtplib:
        smtplib_each(options.smtplib, options.messages, options.size)
        return
    if options.aiosmtplib:
        asyncio.run(aiosmtplib_all(options.aiosmtplib, options.messages, options.size))
        return
    rounds: list[dict[str, Figures]] = []
    with sink() as port:
        for _ in range(options.runs):
            found = (
                {"digest send": ours(port, options.messages)[0]} if options.alone else contest(port, options.messages)
            )
            rounds.append(found)
            own = found["digest send"].rate
            for name, one in found.items():
                print(
                    f"run {len(rounds)}: {name:24} {one.rate:7.0f}/s  {one.cpu:7.0f} µs of CPU a message"
                    f"  {one.memory:5.0f} MB  digest is {own / one.rate:6.2f} times as fast",
                    flush=True,
                )
    best = min(found["digest send"].cpu for found in rounds)
    for name in rounds[0]:
        rates = sorted(found[name].rate for found in rounds)
        cpu = min(found[name].cpu for found in rounds)
        print(
            f"{name:24} min {rates[0]:.0f}, median {median(rates):.0f}, max {rates[-1]:.0f} a second;"
            f" least CPU {cpu:.0f} µs, {cpu / best:.1f} times that of digest"
        )


if __name__ == "__main__":
    main()
