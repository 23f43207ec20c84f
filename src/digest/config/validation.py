"""Find contradictions between settings that are valid one by one. Yields paths and messages."""

from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from digest.config import yaml_source
from digest.config.settings import Config, DeliverySettings, DigestSettings, ModelSettings, SmtpSettings
from digest.config.values import NUMBERED
from digest.errors import did_you_mean
from digest.schedule.slots import Cadence, Schedule


def between_feeds(data: object, trends: Mapping[str, object]) -> Iterator[tuple[yaml_source.Path, str]]:
    """Conflicts between feeds: duplicates and unknown trends. Also works if some feeds are invalid themselves."""
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
                remedy = did_you_mean(hint, trends, "`digest trends` lists the trends")
                yield ("feeds", number, "trends", place), f"expected a trend, got {hint}; {remedy}"


def contradictions(config: Config) -> Iterator[tuple[yaml_source.Path, str]]:
    """Settings that are valid alone but contradict each other."""
    digest = config.digest
    yield from _schedule_contradictions("schedule", digest.schedule, digest.cadence)
    if digest.review_at:
        yield from _schedule_contradictions("review_at", digest.review_at, digest.cadence)
        if digest.review != "required":
            yield ("digest", "review_at"), "has no effect without review: required"
    yield from _edition_contradictions(config.digest)
    yield from _delivery_contradictions(config.delivery)
    if config.serve.desk and not config.delivery.base_url.startswith("https://"):
        yield ("serve", "desk"), "needs a delivery.base_url with https://, which the links to the desk begin with"
    if config.model:
        yield from ((("model", key), message) for key, message in _model_contradictions(config.model))


def _schedule_contradictions(key: str, schedule: Schedule, cadence: Cadence) -> Iterator[tuple[yaml_source.Path, str]]:
    fitting = {
        "daily": schedule.weekday is None and schedule.day is None,
        "weekly": schedule.weekday is not None,
        "monthly": schedule.day is not None,
    }
    if not fitting[cadence]:
        example = {"daily": '"08:00"', "weekly": '"mon 08:00"', "monthly": '"1 08:00"'}[cadence]
        numbered = f" (a weekday by name: {NUMBERED})" if cadence == "weekly" and schedule.day is not None else ""
        yield (
            ("digest", key),
            f"does not give exactly one slot per {cadence} issue; write it like {example}{numbered}",
        )


def _edition_contradictions(digest: DigestSettings) -> Iterator[tuple[yaml_source.Path, str]]:
    languages = [one.language for one in digest.editions]
    for place, language in enumerate(languages):
        if language in languages[:place]:
            yield ("digest", "editions", place, "language"), f"there is already an edition in {language}"
    if languages and digest.language not in ("en", languages[0]):
        yield (
            ("digest", "language"),
            f"the first edition is in {languages[0]}; leave language out, or make them the same",
        )


def _delivery_contradictions(delivery: DeliverySettings) -> Iterator[tuple[yaml_source.Path, str]]:
    smtp = delivery.smtp
    if smtp:
        yield from ((("delivery", "smtp", key), message) for key, message in _smtp_contradictions(smtp))
    if smtp and delivery.sendmail:
        yield ("delivery", "sendmail"), "smtp already says where mail goes; keep only one"
    if (smtp or delivery.sendmail) and not delivery.sender:
        yield ("delivery", "from"), "is missing: mail needs a sender"
    names = [webhook.name for webhook in delivery.webhooks]
    for number, webhook in enumerate(delivery.webhooks):
        if bool(webhook.url_env) == bool(webhook.url_file):
            yield ("delivery", "webhooks", number), "expected either url_env or url_file"
        if webhook.name in names[:number]:
            yield ("delivery", "webhooks", number, "name"), f"webhooks[{names.index(webhook.name)}] has the same name"


def _smtp_contradictions(smtp: SmtpSettings) -> Iterator[tuple[str, str]]:
    if smtp.password_env and smtp.password_file:
        yield "password_file", "password_env already names the password; keep only one"
    if smtp.username and not (smtp.password_env or smtp.password_file or smtp.token_command):
        yield "username", "has no password; add password_env, password_file or token_command"
    if smtp.token_command and (smtp.password_env or smtp.password_file):
        yield "token_command", "a password is already named; keep only one"
    if smtp.token_command and not smtp.username:
        yield "token_command", "needs the username that the token belongs to"
    if smtp.security == "none" and not smtp.allow_plain and not _on_this_machine(smtp.host):
        yield (
            "security",
            "would send mail unencrypted to another machine; use starttls or tls, or add allow_plain: true",
        )


def _model_contradictions(model: ModelSettings) -> Iterator[tuple[str, str]]:
    if model.api_key_env and model.api_key_file:
        yield "api_key_file", "api_key_env already names the key; keep only one"
    parts = urlsplit(model.base_url)
    keyed = model.api_key_env or model.api_key_file
    if keyed and parts.scheme == "http" and not _on_this_machine(parts.hostname or ""):
        yield "base_url", "would send the key unencrypted to another machine; use https"
    if model.purse.per_issue > model.purse.per_month:
        yield "purse", "per_issue is more than per_month"
    if "translation" in model.tasks and not model.languages:
        yield "languages", "is missing: the task translation needs the languages to translate into"


def _on_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
