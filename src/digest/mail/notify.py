"""Notify the operator by running a command or requesting a URL. Every wait has a time limit."""

import asyncio
import os
import shlex
import signal
import subprocess

import aiohttp

SECONDS = 10  # for a whole request and its response
COMMAND_SECONDS = 30
TRIES = 2
REDIRECTS = 3


def run(command: str, *, subject: str, text: str) -> str:
    """Run a command, without a shell, with the text on its standard input and the subject in `DIGEST_SUBJECT`.

    Returns:
        The error, or the empty string.
    """
    try:
        process = subprocess.Popen(  # noqa: S603  (the owner's own configuration)
            shlex.split(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"DIGEST_SUBJECT": subject},
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        return f"it cannot be started ({error})"
    with process:
        try:
            process.communicate(text.encode(), timeout=COMMAND_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return f"it took more than {COMMAND_SECONDS} seconds"
    return "" if process.returncode == 0 else f"it ended with code {process.returncode}"


def ping(url: str) -> str:
    """Request a URL.

    Returns:
        The error, or the empty string.
    """
    return asyncio.run(_ping(url))


async def _ping(url: str) -> str:
    trouble = ""
    for _ in range(TRIES):
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=SECONDS)) as session,
                session.get(url, max_redirects=REDIRECTS) as answer,
            ):
                if answer.status < 400:
                    return ""
                trouble = f"it answered {answer.status}"
        except TimeoutError:
            trouble = f"it did not answer within {SECONDS} seconds"
        except (aiohttp.ClientError, OSError, ValueError) as error:
            trouble = f"it cannot be requested ({error})"
    return trouble
