"""Where a workspace's store is: a file in the workspace, or a schema of a PostgreSQL database. Opens neither.

`DIGEST_STORE` takes precedence over `DIGEST_STORE_FILE`, which names a file with the address, and both over `store:` in feeds.yaml. Several
workspaces in one database have a schema each, by default one that is named after the workspace's folder.
"""

import os
import re
import unicodedata
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qsl, quote, urlsplit

from digest.errors import UsageError
from digest.model import Workspace
from digest.storage.files import regular
from digest.text.secrets import without_credentials

VARIABLE = "DIGEST_STORE"
VARIABLE_FILE = "DIGEST_STORE_FILE"
SCHEMES = ("postgresql://", "postgres://")
_LINE = re.compile(r"^store:[ \t]*(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s#]*))", re.MULTILINE)
_LONGEST = 63  # bytes of a name in PostgreSQL
QUEUE = "queue_of_digest"  # the schema of what all workers of a database share
_OF_DATABASE = ("host", "hostaddr", "port", "dbname", "service")  # parameters of an address
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A schema of a PostgreSQL database. `index` is the file for the index of the archive on this machine."""

    url: str = field(repr=False)  # may contain a password
    schema: str
    index: Path

    def __str__(self) -> str:
        """The address without its password."""
        return f"{self.database}{'&' if '?' in self.database else '?'}schema={self.schema}"

    @property
    def database(self) -> str:
        """The address without password and schema, which is the same for all newsletters of a database."""
        address, _, asked = without_credentials(self.url).partition("?")
        named = "&".join(sorted(one for one in asked.split("&") if one.partition("=")[0] in _OF_DATABASE))
        return f"{address}?{named}" if named else address


def located(place: Workspace) -> Path | Server:
    """The store of a workspace.

    Raises:
        UsageError: the setting is no address of a PostgreSQL database.
    """
    if variable := os.environ.get(VARIABLE, ""):
        return server(variable, subject=VARIABLE, place=place)
    if name := os.environ.get(VARIABLE_FILE, ""):
        return server(_read(Path(name)), subject=VARIABLE_FILE, place=place)
    text = configured(place.config)
    return server(text, subject="store", place=place) if text else place.database


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            VARIABLE_FILE,
            f"{file} cannot be read ({error})",
            "set it to the path of a file that holds the database's address",
        ) from error


def index_of(place: Workspace) -> Path:
    """The file with the index of a workspace's archive."""
    where = located(place)
    return where if isinstance(where, Path) else where.index


def configured(config: Path) -> str:
    """The value of `store:` in feeds.yaml, read without the rest; empty if there is none."""
    try:
        found = _LINE.search(regular(config).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return ""
    return next((value for value in found.groups() if value), "") if found else ""


def server(text: str, *, subject: str, place: Workspace) -> Server:
    """The database at an address such as postgresql://user@host/name?schema=weekly.

    Raises:
        UsageError: it is no such address. The error does not repeat it, because it may contain a password.
    """
    remedy = "write it as postgresql://USER@HOST/DATABASE; in a password, write @ as %40 and / as %2F"
    if not text.startswith(SCHEMES) or text.count("@") > 1:
        raise UsageError(subject, "is not the address of a PostgreSQL database", remedy)
    try:
        parts = urlsplit(text)
        asked = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise UsageError(subject, "is not the address of a PostgreSQL database", remedy) from error
    if "@" in parts.path or parts.fragment:
        raise UsageError(subject, "is not the address of a PostgreSQL database", remedy)
    schema = asked.pop("schema", "") or _named_after(place.root.absolute().name)
    if (
        not _SCHEMA.fullmatch(schema)
        or len(schema) > _LONGEST
        or schema.startswith("pg_")
        or schema in ("public", QUEUE)
    ):
        raise UsageError(
            subject, f"{schema!r} cannot be its schema", "use a name of lower-case letters, digits and underscores"
        )
    rest = "&".join(f"{name}={quote(value, safe='')}" for name, value in asked.items())
    url = text.partition("?")[0] + (f"?{rest}" if rest else "")
    return Server(url=url, schema=schema, index=place.state / "index.sqlite3")


def _named_after(folder: str) -> str:
    """The schema of a workspace by the name of its folder. Other letters, and what is too long, are told apart by a digest of the name."""
    folder = unicodedata.normalize("NFC", folder)
    words = re.sub(r"[^a-z0-9]+", "_", folder.lower()).strip("_")
    name = f"digest_{words or 'workspace'}"
    if (folder.isascii() and words and len(name) <= _LONGEST) or not folder:
        return name
    mark = sha256(folder.encode("utf-8", "surrogateescape")).hexdigest()[:8]
    return f"{name[: _LONGEST - 9].rstrip('_')}_{mark}"
