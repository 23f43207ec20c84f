"""Text of feeds.yaml -> `Config`, or one `ConfigError` with every problem. Reads no file, looks at no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

from digest.periods import Cadence, Schedule

Kind = Literal["papers", "blog", "news", "releases"]


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSettings:
    title: str = "LLM Trends Weekly"
    timezone: str = "UTC"
    cadence: Cadence = "weekly"
    schedule: Schedule = field(default_factory=lambda: Schedule(hour=8, minute=0, weekday=0))
    collect_every: timedelta = timedelta(hours=4)
    lookback: timedelta = timedelta(days=7)
    max_age: timedelta = timedelta(days=30)
    minutes: int = 10
    max_sections: int = 8
    max_items_per_trend: int = 6
    language: str = "en"
    sample: bool = False  # marks every issue as a sample, which counts for no window, pulse or feed elsewhere


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchSettings:
    concurrency: int = 32
    per_host: int = 2
    timeout: timedelta = timedelta(seconds=20)
    max_bytes: int = 10_000_000
    allow_private: bool = False
    user_agent: str = "digest/0.1 (newsletter generator; reads each feed a few times a day)"


@dataclass(frozen=True, kw_only=True, slots=True)
class SmtpSettings:
    host: str
    port: int = 25
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: str = ""
    password_env: str = ""
    password_file: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySettings:
    sender: str = ""  # `from` in feeds.yaml
    reply_to: str = ""
    list_id: str = ""
    base_url: str = ""
    smtp: SmtpSettings | None = None
    rate: float | None = None  # messages a second


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """A configured source. `url` is http(s), or a path relative to the workspace."""

    name: str
    url: str
    kind: Kind
    weight: float = 1.0
    trends: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_items: int = 2000


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    digest: DigestSettings
    fetch: FetchSettings
    delivery: DeliverySettings
    feeds: tuple[Feed, ...]


def parse(text: str, *, file: str, trends: Mapping[str, object]) -> Config:
    """Read feeds.yaml.

    Args:
        text: the file's text.
        file: its name, for messages.
        trends: the known trend ids (for `feeds[].trends`).

    Raises:
        ConfigError: with every problem, each with its path and line.
    """
    raise NotImplementedError
