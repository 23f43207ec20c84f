"""The types of single values in feeds.yaml: durations, sizes, rates, schedules, addresses."""

import re
import shlex
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import getaddresses, parseaddr
from ipaddress import ip_address, ip_network
from typing import Annotated, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, Strict, WithJsonSchema
from yarl import URL

from digest.config.yaml_source import expected
from digest.errors import UsageError
from digest.schedule.slots import Schedule
from digest.text import addresses
from digest.text.clean import clean
from digest.text.markup import from_feed_scheme
from digest.text.secrets import public
from digest.text.words import catalogue_of, shipped

T = TypeVar("T")

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZES = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DURATION = re.compile(r"([1-9][0-9]*)([smhdw])")
_SIZE = re.compile(r"([1-9][0-9]*)\s*([kmg]?)b", re.IGNORECASE)
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)/(s|m|h)")
_TOKENS = re.compile(r"([1-9][0-9]{0,11})\s*([kmg]?)(?:\s*tokens)?", re.IGNORECASE)
_SCHEDULE = re.compile(r"(?:([a-z]+|[0-9]{1,2})\s+)?([0-9]{1,2}):([0-9]{2})", re.IGNORECASE)
_ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
_HOST = re.compile(
    r"(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*"
)
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,100}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_OWN_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "te", "trailer", "upgrade", "accept-encoding", "if-none-match",
     "if-modified-since", "range", "expect", "user-agent"}
)  # fmt: skip
_LITERAL = re.compile(r"\[[0-9A-Za-z:.]+\]")
LONGEST_URL = 1_500  # bytes of a feed's address
NUMBERED = "its number means Sunday to some programs and Monday to others"


def _duration(value: object) -> timedelta:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None or int(found[1]) * _UNITS[found[2]] > 100 * 365 * _UNITS["d"]:
        raise expected("a duration such as 20s, 4h or 7d", value)
    return timedelta(seconds=int(found[1]) * _UNITS[found[2]])


def _size(value: object) -> int:
    found = _SIZE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise expected("a size such as 10MB", value)
    return int(found[1]) * _SIZES[found[2].lower()]


def _tokens(value: object) -> int:
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    found = _TOKENS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise expected("a number of tokens such as 200k or 5M", value)
    return int(found[1]) * _SIZES[found[2].lower()]


def _rate(value: object) -> float:
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise expected("a rate such as 20/s", value)
    return float(found[1]) / _UNITS[found[2]]


def _schedule(value: object) -> Schedule:
    what = "a schedule such as mon 08:00, 08:00 or 1 08:00"
    if isinstance(value, str) and len(value.split()) >= 5:
        raise expected(
            f"{what}, not a cron line, where the number of a weekday {NUMBERED.removeprefix('its number ')}", value
        )
    found = _SCHEDULE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or int(found[2]) > 23 or int(found[3]) > 59:
        raise expected(what, value)
    day, hour, minute = found[1], int(found[2]), int(found[3])
    if day == "0":
        raise expected(f"a weekday by name, as in mon 08:00 ({NUMBERED})", value)
    if day is None:
        return Schedule(hour=hour, minute=minute)
    if day.isdigit() and 1 <= int(day) <= 31:
        return Schedule(hour=hour, minute=minute, day=int(day))
    weekday = next((n for n, name in enumerate(_WEEKDAYS) if len(day) >= 3 and _is_weekday(day.lower(), name)), None)
    if weekday is None:
        raise expected(what, value)
    return Schedule(hour=hour, minute=minute, weekday=weekday)


def _is_weekday(word: str, short: str) -> bool:
    full = {"tue": "tuesday", "wed": "wednesday", "thu": "thursday", "sat": "saturday"}.get(short, short + "day")
    return full.startswith(word)


def _zone(value: object) -> str:
    try:
        return ZoneInfo(str(value)).key
    except (ValueError, OSError, KeyError) as error:
        raise expected("an IANA zone such as Europe/Berlin", value) from error


def _url(value: object) -> str:
    if not isinstance(value, str) or not _is_web(value):
        raise expected("a URL", value)
    return value


def _base_url(value: object) -> str:
    """The address of the archive on the web: ASCII, without a slash at its end, so that a path can be added."""
    what = "an address such as https://digest.example.org/news, without user, query or fragment"
    if not isinstance(value, str) or not _is_web(value):
        raise expected(what, value)
    if urlsplit(value).username is not None or "?" in value or "#" in value:
        raise expected(what, public(value))  # what is wrong with it may be a key
    try:
        url = URL(value)
        _host(url.raw_host)
    except ValueError as error:
        raise expected(what, value) from error
    # Mail programs decode "&amp;" in a link once too often; %26 means the same in a path.
    path = re.sub("/{2,}", "/", url.raw_path).replace("&", "%26")
    return str(url.with_path(path, encoded=True)).rstrip("/")


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    spaced = any(char.isspace() or ord(char) < 32 for char in value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and not spaced


def _feed_url(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or any(ord(char) < 32 for char in value):
        raise expected("a URL", value)
    value = from_feed_scheme(value)
    if len(value.encode()) > LONGEST_URL:
        raise expected(f"a URL of at most {LONGEST_URL} bytes", value)
    if _is_web(value):
        return value
    if "://" in value or value.startswith(("http:", "https:")):
        raise expected("an http or https URL, or a path in the workspace", value)
    return value


def _arxiv_id(value: object) -> str:
    if not isinstance(value, str) or not _ARXIV_ID.fullmatch(value):
        raise expected('an arXiv id without version, in quotes, as in "2401.12345"', value)
    return value


def _pattern(value: object) -> str:
    if not isinstance(value, str):
        raise expected("a regular expression", value)
    try:
        re.compile(value)
    except re.error as error:
        raise expected(f"a regular expression ({error})", value) from error
    return value


def _one_line(value: str) -> str:
    """The text on one line, without invisible characters. Control characters are an error; U+2028 and the like become spaces."""
    if any(ord(char) < 32 or ord(char) == 127 for char in value):
        raise expected("one line without control characters", value)
    return clean(value)


def _visible(value: str) -> str:
    """A cleaned text of which something is left."""
    if not value:
        raise expected("a text with a visible character", value)
    return value


def _mailbox(value: object) -> str:
    what = 'an address such as "LLM Trends <digest@example.org>"'
    if not isinstance(value, str) or not value.isprintable() or ("<" in value and not value.rstrip().endswith(">")):
        raise expected(what, value)
    if "," in value and len(getaddresses([value])) != 1:
        raise expected("one address; put a name with a comma in quotes of its own", value)
    try:
        addresses.parse(parseaddr(value)[1])
    except UsageError as error:
        raise expected(f"{what} ({error.cause})", value) from error
    return value


def _list_id(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise expected("a List-Id such as llm-trends.example.org", value)
    return value


def _domain(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value):
        raise expected("a name such as example.org", value)
    return value


def _host(value: object) -> str:
    what = "the name or address at which a server answers, without its port"
    if not isinstance(value, str):
        raise expected(what, value)
    with suppress(ValueError):
        return str(ip_address(value.strip("[]")))
    try:
        name = URL.build(scheme="smtp", host=value.rstrip(".")).raw_host or ""
    except ValueError as error:
        raise expected(what, value) from error
    if not _HOST.fullmatch(name):
        raise expected(what, value)
    return name


def _helo(value: object) -> str:
    if not isinstance(value, str) or not (_HOST.fullmatch(value) or _LITERAL.fullmatch(value)):
        raise expected("a host name such as news.example.org", value)
    return value


def _network(value: object) -> str:
    """An address or a network; the text names it, `ip_network` reads it again where it is used."""
    try:
        return str(ip_network(str(value), strict=False))
    except ValueError as error:
        raise expected("an address or a network such as 172.16.0.0/12", value) from error


def _variable(value: object) -> str:
    """The name of an environment variable. If the secret itself is written here, the error does not repeat it."""
    if not isinstance(value, str) or not _VARIABLE.fullmatch(value):
        raise expected(
            "the name of an environment variable, such as FEED_TOKEN; its value is set outside this file", "…"
        )
    return value


def _secret_variable(value: object) -> str:
    """The same, or nothing."""
    return "" if value == "" else _variable(value)


def _store(value: object) -> str:
    """The address of a database. If a password is written here, the error does not repeat it."""
    address = re.fullmatch(r"postgres(ql)?://([^@/?:]*@)?[^@]*", value) if isinstance(value, str) else None
    if not address or "password" in address[0]:
        raise expected(
            "an address such as postgresql://digest@db.example.org/digest without a password"
            " (that belongs in DIGEST_STORE or ~/.pgpass)",
            "…",
        )
    return address[0]


def _header(value: object) -> str:
    if not isinstance(value, str) or not _HEADER.fullmatch(value):
        raise expected("the name of a header, such as X-Api-Key", value)
    if value.lower() in _OWN_HEADERS:
        raise expected("a header that the program does not set itself", value)
    return value


def _webhook_name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", value):
        raise expected("a short name without spaces", value)
    return value


def _language(value: object) -> str:
    """A language tag with a catalogue of readers' texts, such as `ko` or `en-US`."""
    if not isinstance(value, str) or not catalogue_of(value):
        raise expected(f"a language that has a catalogue ({', '.join(shipped())})", value)
    return value


def _notify(value: object) -> str:
    """An address or a command line; `is_command` tells which."""
    what = "an address such as editor@example.org, or a command"
    if not isinstance(value, str) or not value.strip() or any(ord(char) < 32 for char in value):
        raise expected(what, value)
    try:
        shlex.split(value)
    except ValueError as error:
        raise expected(f"{what} ({error})", value) from error
    return value if is_command(value) else _mailbox(value)


def is_command(notify: str) -> bool:
    """Whether this value of `notify` is a command rather than an address."""
    return not re.fullmatch(r"[^@\s/]+@[^@\s/]+", notify.strip())


def _text(check: Callable[[object], T], example: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """The annotations of a value that is written as text and validated by `check`."""
    return BeforeValidator(check), WithJsonSchema({"type": "string", "examples": [example]})


Count = Annotated[int, Strict(), Field(ge=1)]
Number = Annotated[float, Strict(), Field(ge=0, le=100, allow_inf_nan=False)]
Flag = Annotated[bool, Strict()]
Words = Annotated[str, Strict()]
Line = Annotated[str, Strict(), Field(max_length=300), AfterValidator(_one_line)]
Name = Annotated[
    str, Strict(), Field(min_length=1, max_length=200), AfterValidator(_one_line), AfterValidator(_visible)
]
Duration = Annotated[timedelta, *_text(_duration, "4h")]
Size = Annotated[int, *_text(_size, "10MB")]
Tokens = Annotated[int, BeforeValidator(_tokens), WithJsonSchema({"type": ["string", "integer"], "examples": ["200k"]})]
Price = Annotated[float, Strict(), Field(ge=0, le=100_000, allow_inf_nan=False)]
Rate = Annotated[float, *_text(_rate, "20/s")]
Url = Annotated[str, *_text(_url, "https://digest.example.org")]
BaseUrl = Annotated[str, *_text(_base_url, "https://digest.example.org")]
FeedUrl = Annotated[str, *_text(_feed_url, "https://rss.arxiv.org/rss/cs.CL")]
ArxivId = Annotated[str, *_text(_arxiv_id, "2401.12345")]
Pattern = Annotated[str, *_text(_pattern, "(?i)language model")]
Zone = Annotated[str, *_text(_zone, "Europe/Berlin")]
Slots = Annotated[Schedule, *_text(_schedule, "mon 08:00")]
Language = Annotated[str, *_text(_language, "en")]
Notify = Annotated[str, *_text(_notify, "editor@example.org")]
Domain = Annotated[str, *_text(_domain, "example.org")]
Selector = Annotated[str, *_text(_domain, "digest2026")]
Mailbox = Annotated[str, *_text(_mailbox, "LLM Trends <digest@example.org>")]
ListId = Annotated[str, *_text(_list_id, "llm-trends.example.org")]
Host = Annotated[str, *_text(_host, "smtp.example.org")]
Helo = Annotated[str, *_text(_helo, "news.example.org")]
Network = Annotated[str, *_text(_network, "172.16.0.0/12")]
StoreUrl = Annotated[str, *_text(_store, "postgresql://digest@db.example.org/digest")]
Variable = Annotated[str, *_text(_variable, "FEED_TOKEN")]
SecretVariable = Annotated[str, *_text(_secret_variable, "SMTP_PASSWORD")]
Header = Annotated[str, *_text(_header, "X-Api-Key")]
WebhookName = Annotated[str, *_text(_webhook_name, "team")]
Port = Annotated[int, Strict(), Field(ge=1, le=65_535)]
Connections = Annotated[int, Strict(), Field(ge=1, le=50)]
