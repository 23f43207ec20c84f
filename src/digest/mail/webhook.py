"""The channel that posts an issue's announcement to a team: Slack, Teams, Mattermost, Discord, or another service that apprise supports.

The URL is a secret. Only the warnings of apprise are passed on, which name the service and the status, and the URL is removed from
them.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from typing import Any

from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, words
from digest.render.chat import Chat, Markup

_STATUS = re.compile(r"error[= ]\(?(\d{3})\b")
_NEVER_LEFT = ("NewConnectionError", "ConnectTimeout", "NameResolutionError")


def announcement(id_: str, *, title: str, body: str) -> Letter:
    """A letter for `Webhook`: a title, and a text in Markdown."""
    return Letter(id=id_, sender="", recipient="", content=json.dumps({"title": title, "body": body}).encode())


# Services by apprise's class: their name, their markup, and whether apprise must be told that they show Markdown.
_SERVICES: Mapping[str, tuple[str, Markup, bool]] = {
    "NotifySlack": ("Slack", "slack", False),
    "NotifyWorkflows": ("Microsoft Teams", "markdown", False),
    "NotifyDiscord": ("Discord", "markdown", False),
    "NotifyMattermost": ("Mattermost", "markdown", True),
    "NotifyTelegram": ("Telegram", "telegram", True),
    "NotifyMatrix": ("Matrix", "markdown", False),
    "NotifyNtfy": ("ntfy", "markdown", True),
}
_RETIRED = re.compile(r"https://[^/]*(?:webhook\.office\.com|outlook\.office\.com)/|msteams://", re.IGNORECASE)


def chat_of(url: str) -> Chat | str:
    """What the service at this URL shows; or why apprise cannot post to it, in words that name the service and not the URL."""
    if _RETIRED.match(url):
        return "Microsoft retired the connectors of Teams; make a workflow in Teams that posts to a channel, and use its URL"
    import apprise  # noqa: PLC0415  (an extra, and slow to import)

    service = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if service is None:
        scheme = url.partition("://")[0]
        named = (
            scheme
            if re.fullmatch(r"[a-z][a-z0-9+.-]{1,30}", scheme) and scheme not in ("http", "https")
            else "this service"
        )
        why = "its URL is incomplete" if _knows(apprise, scheme) else "apprise does not support it"
        return f"cannot post to {named}: {why}"
    name, markup, _ = _SERVICES.get(type(service).__name__, (str(service.service_name), "markdown", False))
    return Chat(service=name, markup=markup, length=int(service.body_maxlen), titled=not service.title_maxlen)


def _knows(apprise: Any, scheme: str) -> bool:
    """Whether apprise has a service with this scheme."""
    schemas = apprise.Apprise().details()["schemas"]
    return any(scheme in (*(one["protocols"] or ()), *(one["secure_protocols"] or ())) for one in schemas)


class Webhook:
    """A team's channel, by its URL in the form of apprise or of the service itself."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        import apprise  # noqa: PLC0415  (an extra, and slow to import)

        # Without masks and logo, apprise links no remote picture.
        asset = apprise.AppriseAsset(app_id="digest", app_desc="digest", image_url_mask="", image_url_logo="")
        service = apprise.Apprise(asset=asset)
        chat = chat_of(self._url)
        if isinstance(chat, str) or not service.add(self._url):
            return Outcome(kind="locked_out", reply=chat if isinstance(chat, str) else "apprise does not take this URL")
        for one in service:
            if _SERVICES.get(type(one).__name__, ("", "", False))[2]:
                one.notify_format = apprise.NotifyFormat.MARKDOWN
        content = json.loads(letter.content)
        if not (yield OFFER):
            return None
        with apprise.LogCapture(level=logging.DEBUG, fmt="%(levelname)s %(message)s") as log:  # type: ignore[no-untyped-call]
            done = service.notify(
                title=content["title"], body=content["body"], body_format=apprise.NotifyFormat.MARKDOWN
            )
            logged = log.getvalue()
        if done:
            return Outcome(kind="accepted", reply="posted")
        return Outcome(kind=meaning(logged), reply=self._warnings(logged))

    def close(self) -> None:
        """Do nothing: nothing is open."""

    def _warnings(self, logged: str) -> str:
        lines = [line.partition(" ")[2] for line in logged.splitlines() if line.startswith("WARNING ")]
        said = words(" ".join(lines)) or "apprise could not post the announcement"
        for part in filter(lambda part: len(part) > 5, re.split(r"[/?&=@:]+", self._url)):
            said = said.replace(part, "…")
        return said


def meaning(logged: str) -> OutcomeKind:
    """The outcome of a failed post, from apprise's log. Without a status or a connection error, it may have arrived."""
    status = _STATUS.search(logged)
    if status is not None:
        busy = status[1] in ("408", "425", "429") or status[1].startswith("5")
        return "deferred" if busy else "barred"
    return "unreachable" if any(word in logged for word in _NEVER_LEFT) else "in_doubt"
