"""Parse the configuration: feeds.yaml and the files of trends.

In: their text. Out: a `Config` and `Trend`s, or one `ConfigError` that lists every problem with its line. Never reads a file.

The dataclasses in `settings` are the only description of feeds.yaml: parsing, messages and the JSON Schema for editors are
derived from them.
"""

from collections.abc import Mapping
from dataclasses import replace
from email.utils import parseaddr
from typing import Any

from pydantic import TypeAdapter, ValidationError

from digest import __version__
from digest.config import yaml_source
from digest.config.settings import (
    Config,
    DeliverySettings,
    DigestSettings,
    DkimSettings,
    EditionSettings,
    Feed,
    FetchSettings,
    Kind,
    ModelSettings,
    ModelTask,
    SmtpSettings,
    Watch,
    WebhookSettings,
)
from digest.config.validation import between_feeds, contradictions
from digest.config.values import is_command
from digest.errors import ConfigError, UsageError
from digest.text.clean import one_line

__all__ = [
    "Config",
    "DeliverySettings",
    "DigestSettings",
    "DkimSettings",
    "EditionSettings",
    "Feed",
    "FetchSettings",
    "Kind",
    "ModelSettings",
    "ModelTask",
    "SmtpSettings",
    "Watch",
    "WebhookSettings",
    "feed",
    "is_command",
    "json_schema",
    "parse",
    "plain_name",
]

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
    document = yaml_source.read(text, file=file)
    checked = yaml_source.check(document, _CONFIG)
    config, problems = checked
    problems += [document.problem(path, message) for path, message in between_feeds(document.data, trends)]
    if config is not None:
        problems += [document.problem(path, message) for path, message in contradictions(config)]
    if problems or config is None:
        raise ConfigError(file, sorted(problems, key=lambda problem: problem.line))
    config = _in_main_language(config)
    return config if config.fetch.user_agent else _with_contact(config)


def _in_main_language(config: Config) -> Config:
    """The configuration with the language, title and description of its first edition, if it names editions."""
    if not config.digest.editions:
        return config
    first = config.digest.editions[0]
    title, description = first.title or config.digest.title, first.description or config.digest.description
    digest = replace(config.digest, language=first.language, title=title, description=description)
    return replace(config, digest=digest)


def _with_contact(config: Config) -> Config:
    """The configuration with a User-Agent that tells a server's owner how to reach the operator."""
    address = parseaddr(config.delivery.sender)[1]
    contact = [f"+{config.delivery.base_url}" if config.delivery.base_url else "", address]
    comment = "; ".join(filter(None, contact)) or "newsletter generator; reads each feed a few times a day"
    return replace(config, fetch=replace(config.fetch, user_agent=f"digest/{__version__} ({comment})"))


def feed(*, name: str, url: str, kind: str) -> Feed:
    """A feed with the defaults of feeds.yaml.

    Raises:
        UsageError: its name, URL or kind is invalid.
    """
    try:
        return _FEED.validate_python({"name": name, "url": url, "kind": kind})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        cause = f"its {first['loc'][0]} cannot be used ({first['msg']})"
        raise UsageError(plain_name(name) or url, cause, "choose another with --name or --kind") from error


def plain_name(text: str) -> str:
    """A name that feeds.yaml accepts."""
    return one_line(text, 200)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of feeds.yaml, for editors."""
    schema = _CONFIG.json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "feeds.yaml"}
