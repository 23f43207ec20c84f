"""A web server with https in front of another server, as operators have one: it says so, and for whom it asks."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@contextmanager
def https_before(target: str, port: int, folder: Path) -> Iterator[str]:
    """Serve `https://localhost:PORT` for the server at HOST:PORT while the block runs, in a thread of its own."""
    host, _, number = target.rpartition(":")
    started: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()

    async def serve() -> None:
        stop = asyncio.Event()

        kept: set[object] = set()  # the loop itself would forget a task that waits

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            kept.add(task)
            behind, ahead = await asyncio.open_connection(host, int(number))
            try:
                ahead.write(_said(await reader.readuntil(b"\r\n\r\n")))
                onward = asyncio.create_task(_copy(reader, ahead))
                kept.add(onward)
                await _copy(behind, writer)
                onward.cancel()
            except (OSError, asyncio.IncompleteReadError):
                pass  # the browser has gone
            finally:
                ahead.close()
                writer.close()
                kept.discard(task)

        async with await asyncio.start_server(relay, "127.0.0.1", port, ssl=_context(folder)):
            started.set_result((asyncio.get_running_loop(), stop))
            await stop.wait()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    loop, stop = started.result(timeout=60)
    try:
        yield f"https://localhost:{port}"
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()


def _said(head: bytes) -> bytes:
    """The head of a request, as the proxy passes it on."""
    lines = [one for one in head[:-4].split(b"\r\n") if not one.lower().startswith((b"connection:", b"x-forwarded"))]
    lines += [b"X-Forwarded-Proto: https", b"X-Forwarded-For: 203.0.113.77", b"Connection: close", b"", b""]
    return b"\r\n".join(lines)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while part := await reader.read(65536):
            writer.write(part)
            await writer.drain()


def _context(folder: Path) -> ssl.SSLContext:
    """The context of a server with a certificate of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "localhost.pem"
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
