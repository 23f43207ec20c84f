"""An issue's announcement into a team's channel: Slack, Teams, Mattermost, Discord and what else apprise knows.

The address is a secret. Of what apprise logs only the warnings are passed on, which name service and status, and from them
the address is struck out as well.
"""

import json
import logging
import re
from collections.abc import Callable

from digest.mail.transport import OFFER, Letter, Outcome, OutcomeKind, Talk, words

_STATUS = re.compile(r"error[= ]\(?(\d{3})\b")
_NEVER_LEFT = ("NewConnectionError", "ConnectTimeout", "NameResolutionError")


def announcement(id_: str, *, title: str, body: str) -> Letter:
    """The letter that `Webhook` takes: a title, and a text in Markdown."""
    return Letter(id=id_, sender="", recipient="", content=json.dumps({"title": title, "body": body}).encode())


class Webhook:
    """One team's channel, by the address that apprise or the service itself gives it."""

    def __init__(self, url: str) -> None:
        self._url = url

    def send(self, letter: Letter, following: Callable[[], Letter | None]) -> Talk:  # noqa: ARG002  (nothing is gained by it)
        import apprise  # noqa: PLC0415  (an extra, and slow to import)

        # Without masks and logo, apprise links no picture from elsewhere.
        asset = apprise.AppriseAsset(app_id="digest", app_desc="digest", image_url_mask="", image_url_logo="")
        service = apprise.Apprise(asset=asset)
        if not service.add(self._url):
            return Outcome(kind="locked_out", reply="its address is none that apprise knows")
        told = json.loads(letter.content)
        if not (yield OFFER):
            return None
        with apprise.LogCapture(level=logging.DEBUG, fmt="%(levelname)s %(message)s") as log:  # type: ignore[no-untyped-call]
            done = service.notify(title=told["title"], body=told["body"], body_format=apprise.NotifyFormat.MARKDOWN)
            logged = log.getvalue()
        if done:
            return Outcome(kind="accepted", reply="posted")
        return Outcome(kind=meaning(logged), reply=self._warnings(logged))

    def close(self) -> None:
        """Nothing is open."""

    def _warnings(self, logged: str) -> str:
        lines = [line.partition(" ")[2] for line in logged.splitlines() if line.startswith("WARNING ")]
        said = words(" ".join(lines)) or "apprise could not post it"
        for part in filter(lambda part: len(part) > 5, re.split(r"[/?&=@:]+", self._url)):
            said = said.replace(part, "…")
        return said


def meaning(logged: str) -> OutcomeKind:
    """What apprise's log says of a post that failed. Without a status or a failure to connect, it may have arrived."""
    status = _STATUS.search(logged)
    if status is not None:
        busy = status[1] in ("408", "425", "429") or status[1].startswith("5")
        return "deferred" if busy else "barred"
    return "unreachable" if any(word in logged for word in _NEVER_LEFT) else "in_doubt"
