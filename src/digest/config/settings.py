"""The settings of feeds.yaml with their defaults, one dataclass per block."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from digest.config.values import (
    ArxivId,
    BaseUrl,
    Connections,
    Count,
    Domain,
    Duration,
    FeedUrl,
    Flag,
    Header,
    Helo,
    Host,
    Language,
    Line,
    ListId,
    Mailbox,
    Name,
    Network,
    Notify,
    Number,
    Pattern,
    Port,
    Price,
    Rate,
    SecretVariable,
    Selector,
    Size,
    Slots,
    StoreUrl,
    Tokens,
    Url,
    Variable,
    WebhookName,
    Words,
    Zone,
)
from digest.model import Frequency
from digest.schedule.slots import Cadence, Schedule

Kind = Literal["papers", "blog", "news", "releases"]
ModelTask = Literal["lead", "results", "summaries", "titles", "stances", "labels", "translation"]

_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, slots=True)
class EditionSettings:
    """One of `digest.editions:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    language: Language
    title: Name = ""  # default: that of the digest
    description: Line = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReadersSettings:
    """`digest.readers:` in feeds.yaml: how often, and for how many minutes, those read who chose nothing themselves."""

    __pydantic_config__ = _STRICT

    frequency: Frequency = "issue"
    minutes: Count | None = None  # default: as the issue


@dataclass(frozen=True, kw_only=True, slots=True)
class DigestSettings:
    """`digest:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    title: Name = "LLM Trends Weekly"
    description: Line = ""  # what the front page says it is; default: what it is made from
    timezone: Zone = "UTC"
    cadence: Cadence = "weekly"
    schedule: Slots = field(default_factory=lambda: Schedule(hour=8, minute=0, weekday=0))
    collect_every: Duration = timedelta(hours=4)
    lookback: Duration = timedelta(days=7)
    max_age: Duration = timedelta(days=30)
    minutes: Count = 10
    max_sections: Count = 8
    max_items_per_trend: Count = 6
    language: Language = "en"
    editions: tuple[EditionSettings, ...] = ()  # the first is the main one
    catch_up: Duration = timedelta(days=3)  # older missed slots are skipped; their items go to the next issue
    on_empty: Literal["skip", "send"] = "skip"
    review: Literal["none", "required"] = "none"
    review_at: Slots | None = None  # when an issue's window ends, before its slot; by default at the slot
    readers: ReadersSettings = field(default_factory=ReadersSettings)
    notify: Notify = ""  # an address, or a command that reads the notice on standard input
    ping_url: Url = ""  # requested after each published issue, so that a monitor notices a missing one
    sample: Flag = False  # marks every issue as a sample, which affects no window, pulse or syndication feed


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
    """`delivery.smtp:` in feeds.yaml. The password is in an environment variable or a file, never here."""

    __pydantic_config__ = _STRICT

    host: Host
    port: Port = 25
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Words = ""
    password_env: SecretVariable = ""
    password_file: Words = ""
    token_command: Words = ""  # prints an OAuth 2 access token, for a login by XOAUTH2 instead of a password
    helo: Helo = ""  # the EHLO name; by default this machine's full name, or the sender's domain
    allow_plain: Flag = False  # true allows unencrypted mail to another machine
    ca_file: Words = ""  # trusted certificates, instead of the system's
    connections: Connections = 4
    timeout: Duration = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True, slots=True)
class DkimSettings:
    """`delivery.dkim:` in feeds.yaml. `key_file` is a PEM private key; its path is relative to the workspace."""

    __pydantic_config__ = _STRICT

    domain: Domain
    selector: Selector
    key_file: Name


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookSettings:
    """One of `delivery.webhooks:`, a team's channel. The URL is a secret: it is in an environment variable or a file."""

    __pydantic_config__ = _STRICT

    name: WebhookName
    url_env: SecretVariable = ""
    url_file: Words = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySettings:
    """`delivery:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    sender: Annotated[Mailbox, Field(alias="from")] = ""
    reply_to: Mailbox = ""
    list_id: ListId = ""
    base_url: BaseUrl = ""
    smtp: SmtpSettings | None = None
    sendmail: Words = ""  # a command that reads a message, such as /usr/sbin/sendmail -i
    dkim: DkimSettings | None = None
    webhooks: tuple[WebhookSettings, ...] = ()
    rate: Rate | None = None  # messages per second


@dataclass(frozen=True, kw_only=True, slots=True)
class ServeSettings:
    """`serve:` in feeds.yaml."""

    __pydantic_config__ = _STRICT

    trusted_proxies: tuple[
        Network, ...
    ] = ()  # whose word on the client's address is believed; this machine's always is
    desk: Flag = False  # lets the desk's accounts edit and approve at /desk, over https
    mcp: Flag = False  # lets agents read the archive at /mcp
    metrics: tuple[Network, ...] = ()  # who may read /metrics; without any, nobody
    hosts: tuple[Domain, ...] = ()  # names under which it may be asked, besides that of base_url


@dataclass(frozen=True, kw_only=True, slots=True)
class PriceSettings:
    """`model.purse.price:` in feeds.yaml, per million tokens, in the provider's currency."""

    __pydantic_config__ = _STRICT

    input: Price = 0.0
    output: Price = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class PurseSettings:
    """`model.purse:` in feeds.yaml: the most tokens, in and out, that may be spent."""

    __pydantic_config__ = _STRICT

    per_issue: Tokens = 200_000
    per_month: Tokens = 5_000_000
    price: PriceSettings = field(default_factory=PriceSettings)


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelSettings:
    """`model:` in feeds.yaml: a language model behind an OpenAI-compatible server. Its key is in a variable or a file, never here."""

    __pydantic_config__ = _STRICT

    base_url: BaseUrl
    name: Name
    api_key_env: SecretVariable = ""
    api_key_file: Words = ""
    timeout: Duration = timedelta(seconds=60)  # for one answer
    deadline: Duration = timedelta(minutes=10)  # for everything, after an issue's cutoff
    concurrency: Connections = 2
    structured: Flag = True  # the server can hold an answer to a JSON Schema
    tasks: tuple[ModelTask, ...] = ("lead", "results", "summaries")
    languages: tuple[Language, ...] = ()  # that it may translate into
    purse: PurseSettings = field(default_factory=PurseSettings)


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
    muted: Flag = False  # not fetched; what it showed before stays
    on_topic: Flag = False  # all of it is about language models: nothing that it shows is taken for off topic
    auth_env: Variable = ""  # the environment variable with user:password, or with a scheme and its token
    headers_env: dict[Header, Variable] = field(default_factory=dict)  # further headers: name -> environment variable


@dataclass(frozen=True, kw_only=True, slots=True)
class Watch:
    """`watch:` in feeds.yaml: items that match it come first in the issue."""

    __pydantic_config__ = _STRICT

    authors: tuple[Name, ...] = ()
    terms: tuple[Name, ...] = ()
    arxiv: tuple[ArxivId, ...] = ()  # these papers, and items that mention them


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """The whole of feeds.yaml."""

    __pydantic_config__ = _STRICT

    digest: DigestSettings = field(default_factory=DigestSettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    serve: ServeSettings = field(default_factory=ServeSettings)
    watch: Watch = field(default_factory=Watch)
    model: ModelSettings | None = None
    store: StoreUrl = ""  # where the store is, if not in the workspace
    feeds: tuple[Feed, ...]
