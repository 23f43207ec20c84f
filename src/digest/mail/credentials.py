"""A secret's name -> the secret, from the environment or a file. It is never put into a message, a log or an error."""

import os
import ssl
from pathlib import Path

from digest.errors import UsageError


def read(setting: str, *, env: str, file: str, root: Path) -> str:
    """The secret that `setting` names by a variable or by a file (relative to `root`); empty where it names neither.

    Raises:
        UsageError: the variable is not set, the file cannot be read, or what is there is empty.
    """
    if env:
        found, place = os.environ.get(env, ""), f"the variable {env}"
    elif file:
        found, place = _read_file(setting, root / file), str(root / file)
    else:
        return ""
    secret = found.strip("\r\n")
    if not secret:
        raise UsageError(setting, f"{place} holds nothing", "set it, and keep it out of feeds.yaml")
    return secret


def read_key(setting: str, path: Path) -> bytes:
    """A private key's file.

    Raises:
        UsageError: it cannot be read.
    """
    return _read_file(setting, path).encode()


def trust(setting: str, file: str, root: Path) -> ssl.SSLContext:
    """Whose certificates are believed: the system's authorities, or those of a file.

    Raises:
        UsageError: the file holds no certificates.
    """
    try:
        return ssl.create_default_context(cafile=str(root / file) if file else None)
    except OSError as error:
        raise UsageError(setting, f"{root / file} holds no certificates", "name a file in PEM format") from error


def _read_file(setting: str, path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(setting, f"{path} cannot be read ({cause})", "mend the path or its permissions") from error
