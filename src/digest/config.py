"""Text of feeds.yaml -> `Config`, or one `ConfigError` with every problem. Reads no file, looks at no clock.

The dataclasses are the one description of feeds.yaml: parsing, the messages and the JSON Schema for editors follow from them.
"""

import re
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.utils import parseaddr
from ipaddress import ip_address
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, ConfigDict, Field, Strict, TypeAdapter, ValidationError, WithJsonSchema

from digest import __version__, marked
from digest.errors import ConfigError, UsageError
from digest.marked import expected
from digest.periods import Cadence, Schedule

T = TypeVar("T")
Kind = Literal["papers", "blog", "news", "releases"]

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}
_SIZES = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DURATION = re.compile(r"([1-9][0-9]*)([smhdw])")
_SIZE = re.compile(r"([1-9][0-9]*)\s*([kmg]?)b", re.IGNORECASE)
_RATE = re.compile(r"([0-9]+(?:\.[0-9]+)?)/(s|m|h)")
_SCHEDULE = re.compile(r"(?:([a-z]+|[0-9]{1,2})\s+)?([0-9]{1,2}):([0-9]{2})", re.IGNORECASE)
ARXIV_ID = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7}")
NUMBERED = "its number means Sunday to one program and Monday to the next"
_STRICT = ConfigDict(extra="forbid")


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


def _rate(value: object) -> float:
    found = _RATE.fullmatch(value) if isinstance(value, str) else None
    if found is None or not float(found[1]):
        raise expected("a rate such as 20/s", value)
    return float(found[1]) / _UNITS[found[2]]


def _schedule(value: object) -> Schedule:
    what = "a schedule such as mon 08:00, 08:00 or 1 08:00"
    if isinstance(value, str) and len(value.split()) >= 5:
        raise expected(f"{what}; no cron line, whose weekday by number {NUMBERED.removeprefix('its number ')}", value)
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


def _is_web(value: str) -> bool:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    spaced = any(char.isspace() or ord(char) < 32 for char in value)
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and not spaced


def _feed_url(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise expected("a URL", value)
    if _is_web(value):
        return value
    if "://" in value or value.startswith(("http:", "https:")):
        raise expected("an http or https URL, or a path in the workspace", value)
    return value


def _arxiv_id(value: object) -> str:
    if not isinstance(value, str) or not ARXIV_ID.fullmatch(value):
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


def _mailbox(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[^@\s]+@[^@\s]+", parseaddr(value)[1]) or "\n" in value:
        raise expected('an address such as "LLM Trends <digest@example.org>"', value)
    return value


def _list_id(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise expected("a List-Id such as llm-trends.example.org", value)
    return value


def _domain(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value):
        raise expected("a name such as example.org", value)
    return value


def _webhook_name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z0-9_.-]{1,40}", value):
        raise expected("a short name without spaces", value)
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", value):
        raise expected("a language tag such as en", value)
    return value


def _notify(value: object) -> str:
    """An address or a command line, told apart by `is_command`."""
    what = "an address such as editor@example.org, or a command"
    if not isinstance(value, str) or not value.strip() or any(ord(char) < 32 for char in value):
        raise expected(what, value)
    try:
        shlex.split(value)
    except ValueError as error:
        raise expected(f"{what} ({error})", value) from error
    return value if is_command(value) else _mailbox(value)


def is_command(notify: str) -> bool:
    """Is this `notify` a command, rather than an address?"""
    return not re.fullmatch(r"[^@\s/]+@[^@\s/]+", notify.strip())


def _text(check: Callable[[object], T], example: str) -> tuple[BeforeValidator, WithJsonSchema]:
    """A value that is written as text and checked by `check`."""
    return BeforeValidator(check), WithJsonSchema({"type": "string", "examples": [example]})


Count = Annotated[int, Strict(), Field(ge=1)]
Number = Annotated[float, Strict(), Field(ge=0, le=100, allow_inf_nan=False)]
Flag = Annotated[bool, Strict()]
Words = Annotated[str, Strict()]
Name = Annotated[str, Strict(), Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
Duration = Annotated[timedelta, *_text(_duration, "4h")]
Size = Annotated[int, *_text(_size, "10MB")]
Rate = Annotated[float, *_text(_rate, "20/s")]
Url = Annotated[str, *_text(_url, "https://digest.example.org")]
FeedUrl = Annotated[str, *_text(_feed_url, "https://rss.arxiv.org/rss/cs.CL")]
ArxivId = Annotated[str, *_text(_arxiv_id, "2401.12345")]
Pattern = Annotated[str, *_text(_pattern, "(?i)language model")]


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSettings:
    """`digest:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    title: Name = "LLM Trends Weekly"
    timezone: Annotated[str, *_text(_zone, "Europe/Berlin")] = "UTC"
    cadence: Cadence = "weekly"
    schedule: Annotated[Schedule, *_text(_schedule, "mon 08:00")] = field(
        default_factory=lambda: Schedule(hour=8, minute=0, weekday=0)
    )
    collect_every: Duration = timedelta(hours=4)
    lookback: Duration = timedelta(days=7)
    max_age: Duration = timedelta(days=30)
    minutes: Count = 10
    max_sections: Count = 8
    max_items_per_trend: Count = 6
    language: Annotated[str, *_text(_language, "en")] = "en"
    catch_up: Duration = timedelta(days=3)  # a missed slot that is older is skipped; its items go to the next issue
    on_empty: Literal["skip", "send"] = "skip"
    review: Literal["none", "required"] = "none"
    notify: Annotated[str, *_text(_notify, "editor@example.org")] = ""  # an address, or a command that reads the notice
    ping_url: Url = ""  # asked after each issue that went out, so that a watchdog sees one that did not
    sample: Flag = False  # marks every issue as a sample, which counts for no window, pulse or feed elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    """`fetch:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    concurrency: Count = 32
    per_host: Count = 2
    timeout: Duration = timedelta(seconds=20)
    max_bytes: Size = 10_000_000  # decoded
    allow_private: Flag = False
    user_agent: Words = ""  # default: this program's name, and base_url and the address of delivery as a contact


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpSettings:
    """`delivery.smtp:` in feeds.yaml. The password stands in a variable or a file, never here."""

    __pydantic_config__ = _STRICT

    host: Name
    port: Annotated[int, Strict(), Field(ge=1, le=65_535)] = 25
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Words = ""
    password_env: Words = ""
    password_file: Words = ""
    allow_plain: Flag = False  # true lets mail leave this machine unencrypted
    ca_file: Words = ""  # certificates to believe, instead of the system's
    connections: Annotated[int, Strict(), Field(ge=1, le=50)] = 4
    timeout: Duration = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class DkimSettings:
    """`delivery.dkim:` in feeds.yaml. `key_file` holds the private key as PEM; its path is relative to the workspace."""

    __pydantic_config__ = _STRICT

    domain: Annotated[str, *_text(_domain, "example.org")]
    selector: Annotated[str, *_text(_domain, "digest2026")]
    key_file: Name


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookSettings:
    """One of `delivery.webhooks:`: a team's channel. Its address is a secret: it stands in a variable or a file."""

    __pydantic_config__ = _STRICT

    name: Annotated[str, *_text(_webhook_name, "team")]
    url_env: Words = ""
    url_file: Words = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySettings:
    """`delivery:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    sender: Annotated[str, Field(alias="from"), *_text(_mailbox, "LLM Trends <digest@example.org>")] = ""
    reply_to: Annotated[str, *_text(_mailbox, "editor@example.org")] = ""
    list_id: Annotated[str, *_text(_list_id, "llm-trends.example.org")] = ""
    base_url: Url = ""
    smtp: SmtpSettings | None = None
    sendmail: Words = ""  # a command that takes a message, such as /usr/sbin/sendmail -i
    dkim: DkimSettings | None = None
    webhooks: tuple[WebhookSettings, ...] = ()
    rate: Rate | None = None  # messages a second


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A configured source. `url` is http(s), or a path relative to the workspace."""

    __pydantic_config__ = _STRICT

    name: Name
    url: FeedUrl
    kind: Kind
    weight: Number = 1.0
    trends: tuple[Words, ...] = ()
    include: tuple[Pattern, ...] = ()
    exclude: tuple[Pattern, ...] = ()
    max_items: Count = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """`watch:` in feeds.yaml: what the issue puts first."""

    __pydantic_config__ = _STRICT

    authors: tuple[Name, ...] = ()
    terms: tuple[Name, ...] = ()
    arxiv: tuple[ArxivId, ...] = ()  # papers: themselves, and whatever names them


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The whole of feeds.yaml."""

    __pydantic_config__ = _STRICT

    digest: DigestSettings = field(default_factory=DigestSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    watch: Watch = field(default_factory=Watch)
    feeds: tuple[Feed, ...]


_CONFIG = TypeAdapter(Config)
_FEED = TypeAdapter(Feed)


def parse(text: str, *, file: str, trends: Mapping[str, object]) -> Config:
    """Read feeds.yaml.

    Args:
        text: the file's text.
        file: its name, for messages.
        trends: the known trend ids (for `feeds[].trends`).

    Raises:
        ConfigError: with every problem, each with its path and line.
    """
    document = marked.read(text, file=file)
    checked = marked.check(document, _CONFIG)
    config, problems = checked
    problems += [document.problem(path, message) for path, message in _across(document.data, trends)]
    if config is not None:
        problems += [document.problem(path, message) for path, message in _contradictions(config)]
    if problems or config is None:
        raise ConfigError(file, sorted(problems, key=lambda problem: problem.line))
    return config if config.fetch.user_agent else _with_contact(config)


def _with_contact(config: Config) -> Config:
    """The configuration, with a User-Agent by which a server's owner finds the reader's."""
    address = parseaddr(config.delivery.sender)[1]
    contact = [f"+{config.delivery.base_url}" if config.delivery.base_url else "", address]
    told = "; ".join(filter(None, contact)) or "newsletter generator; reads each feed a few times a day"
    return replace(config, fetch=replace(config.fetch, user_agent=f"digest/{__version__} ({told})"))


def feed(*, name: str, url: str, kind: str) -> Feed:
    """One feed as feeds.yaml could hold it.

    Raises:
        UsageError: its name, address or kind is not right.
    """
    try:
        return _FEED.validate_python({"name": name, "url": url, "kind": kind})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = f"its {first['loc'][0]} cannot be used ({first['msg']})"
        raise UsageError(plain_name(name) or url, cause, "choose another with --name or --kind") from error


def plain_name(text: str) -> str:
    """A name with what it may not hold left out."""
    return "".join(char for char in text if char.isprintable())[:200]


def json_schema() -> dict[str, Any]:
    """feeds.yaml as a JSON Schema, for editors."""
    schema = _CONFIG.json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "feeds.yaml"}


def _across(data: object, trends: Mapping[str, object]) -> Iterator[tuple[marked.Path, str]]:
    """What is wrong between feeds, told even where some of them are wrong in themselves."""
    feeds = data.get("feeds") if isinstance(data, dict) else None
    first: dict[tuple[str, str], int] = {}
    for number, feed in enumerate(feeds if isinstance(feeds, list) else ()):
        for key in ("name", "url"):
            value = feed.get(key) if isinstance(feed, dict) else None
            if isinstance(value, str) and first.setdefault((key, value), number) != number:
                yield ("feeds", number, key), f"feeds[{first[key, value]}] has the same {key}, {value}"
        hints = feed.get("trends") if isinstance(feed, dict) else None
        for place, hint in enumerate(hints if isinstance(hints, list) else ()):
            if isinstance(hint, str) and hint not in trends:
                yield ("feeds", number, "trends", place), f"expected a trend (`digest trends` lists them), got {hint}"


def _contradictions(config: Config) -> Iterator[tuple[marked.Path, str]]:
    """What is right in itself and wrong together."""
    schedule, cadence = config.digest.schedule, config.digest.cadence
    fitting = {
        "daily": schedule.weekday is None and schedule.day is None,
        "weekly": schedule.weekday is not None,
        "monthly": schedule.day is not None,
    }
    if not fitting[cadence]:
        example = {"daily": '"08:00"', "weekly": '"mon 08:00"', "monthly": '"1 08:00"'}[cadence]
        numbered = f" (a weekday by name: {NUMBERED})" if cadence == "weekly" and schedule.day is not None else ""
        yield (
            ("digest", "schedule"),
            f"does not give one slot for each key of cadence {cadence}; write it like {example}{numbered}",
        )
    yield from _delivery_contradictions(config.delivery)


def _delivery_contradictions(delivery: DeliverySettings) -> Iterator[tuple[marked.Path, str]]:
    smtp = delivery.smtp
    if smtp and smtp.password_env and smtp.password_file:
        yield ("delivery", "smtp", "password_file"), "password_env names the password already; keep one of them"
    if smtp and smtp.username and not (smtp.password_env or smtp.password_file):
        yield ("delivery", "smtp", "username"), "names no password; add password_env or password_file"
    if smtp and smtp.security == "none" and not smtp.allow_plain and not _on_this_machine(smtp.host):
        yield (
            ("delivery", "smtp", "security"),
            "mail would leave this machine in the clear; use starttls or tls, or add allow_plain: true",
        )
    if smtp and delivery.sendmail:
        yield ("delivery", "sendmail"), "smtp says already where mail goes; keep one of them"
    if (smtp or delivery.sendmail) and not delivery.sender:
        yield ("delivery", "from"), "is missing: mail needs a sender"
    names = [webhook.name for webhook in delivery.webhooks]
    for number, webhook in enumerate(delivery.webhooks):
        if bool(webhook.url_env) == bool(webhook.url_file):
            yield ("delivery", "webhooks", number), "needs its address in url_env or in url_file, one of them"
        if webhook.name in names[:number]:
            yield ("delivery", "webhooks", number, "name"), f"webhooks[{names.index(webhook.name)}] has the same name"


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
