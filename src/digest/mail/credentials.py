"""Read secrets from the environment or from files. They never appear in a message, a log or an error."""

import os
import shlex
import ssl
import subprocess
from pathlib import Path

from digest.errors import UsageError

TOKEN_SECONDS = 60.0  # for a command that prints one


def read(setting: str, *, env: str, file: str, root: Path) -> str:
    """The secret of `setting`, from an environment variable or a file (relative to `root`); empty if neither is configured.

    Raises:
        UsageError: the variable is not set, the file cannot be read, or its value is empty.
    """
    if env:
        found, place = os.environ.get(env, ""), f"the variable {env}"
    elif file:
        found, place = _read_file(setting, root / file), str(root / file)
    else:
        return ""
    secret = found.strip("\r\n")
    if not secret:
        raise UsageError(setting, f"{place} is empty", "set it, but not in feeds.yaml")
    return secret


def token(setting: str, command: str, root: Path) -> str:
    """What a command prints: an access token, fresh for each login.

    Raises:
        UsageError: it fails, or prints nothing.
    """
    try:
        done = subprocess.run(  # noqa: S603  (the operator's own command)
            shlex.split(command), cwd=root, capture_output=True, text=True, check=False, timeout=TOKEN_SECONDS
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UsageError(setting, f"the command cannot be run ({error})", "try it in a shell") from error
    found = done.stdout.strip()
    if done.returncode or not found or not found.isascii():
        errors = done.stderr.strip().splitlines()
        why = (
            f"exit code {done.returncode}{f', {errors[-1]}' if errors else ''}"
            if done.returncode
            else "no token printed"
        )
        raise UsageError(setting, f"the command failed ({why})", "try it in a shell")
    return found


def read_key(setting: str, path: Path) -> bytes:
    """The content of a private key file.

    Raises:
        UsageError: it cannot be read.
    """
    return _read_file(setting, path).encode()


def trust(setting: str, file: str, root: Path) -> ssl.SSLContext:
    """The TLS context that trusts the system's authorities, or the certificates in a file.

    Raises:
        UsageError: the file contains no certificates.
    """
    try:
        return ssl.create_default_context(cafile=str(root / file) if file else None)
    except OSError as error:
        raise UsageError(setting, f"{root / file} contains no certificates", "name a file in PEM format") from error


def _read_file(setting: str, path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(setting, f"{path} cannot be read ({cause})", "correct the path or its permissions") from error
