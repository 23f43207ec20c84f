"""The channel that posts an issue's announcement to a team: Slack, Teams, Mattermost, Discord, or another service of apprise.

The URL is a secret. Only the warnings of apprise are passed on, which name the service and the status, and the URL is removed from
them.
"""

import json
import logging
import re
from collections.abc import Callable

from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, words

_STATUS = re.compile(r"error[= ]\(?(\d{3})\b")
_NEVER_LEFT = ("NewConnectionError", "ConnectTimeout", "NameResolutionError")


def announcement(id_: str, *, title: str, body: str) -> Letter:
    """A letter for `Webhook`: a title, and a text in Markdown."""
    return Letter(id=id_, sender="", recipient="", content=json.dumps({"title": title, "body": body}).encode())


class Webhook:
    """A team's channel, by its URL in the form of apprise or of the service itself."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        import apprise  # noqa: PLC0415  (an extra, and slow to import)

        # Without masks and logo, apprise links no remote picture.
        asset = apprise.AppriseAsset(app_id="digest", app_desc="digest", image_url_mask="", image_url_logo="")
        service = apprise.Apprise(asset=asset)
        if not service.add(self._url):
            return Outcome(kind="locked_out", reply="apprise does not support this URL")
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
