"""What `send` says: what became of everyone, a line a route."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.text import Text

from digest.model import DeliveryState
from digest.pipeline.send import Planned, RouteSent, Sent

WORDS: dict[DeliveryState, str] = {
    "accepted": "accepted",
    "pending": "waiting",
    "offered": "being sent",
    "in_doubt": "in doubt",
    "refused": "refused",
    "suppressed": "left out",
    "expired": "given up after a day",
}
STYLES: dict[DeliveryState, str] = {"accepted": "green", "in_doubt": "red", "refused": "yellow", "expired": "yellow"}


def sent_lines(sent: Sent) -> None:
    """A line a route, what waits and until when, and what to do about those in doubt."""
    console = Console(highlight=False, soft_wrap=True)
    for route in sent.routes:
        console.print(_counts(sent.key, route))
        if route.next_retry is not None and route.waiting:
            console.print(f"  the next try is due at {route.next_retry:%Y-%m-%d %H:%M} UTC")
        for address in route.suspended:
            console.print(f"  suspended, refused for good on several days: {address}", markup=False)
        if route.stopped:
            console.print(Text(f"  stopped early: {route.stopped}", style="red"))
    if any(route.counts["in_doubt"] for route in sent.routes):
        console.print(
            "Whoever is in doubt may have got it: `digest status` names them, "
            f"`digest send {sent.key} --in-doubt` sends to them again."
        )


def _counts(key: str, route: RouteSent) -> Text:
    line = Text(f"{key}, {route.route} ({route.place}): ")
    line.append_text(_states(route.counts))
    new = route.moved.get("accepted", 0)
    line.append(f"; {new} now" if 0 < new < route.counts["accepted"] else "")
    return line


def _states(counts: Mapping[DeliveryState, int]) -> Text:
    parts = [
        Text(f"{counts[state]} {words}", style=STYLES.get(state, "")) for state, words in WORDS.items() if counts[state]
    ]
    return Text(", ").join(parts) if parts else Text("nobody")


def plan_lines(planned: Sequence[Planned]) -> None:
    console = Console(highlight=False, soft_wrap=True)
    for route in planned:
        size = f", {route.size / 1000:.0f} kB each" if route.size else ""
        console.print(
            f"{route.route} ({route.place}): {route.due} of {route.candidates} would be sent to{size}", markup=False
        )
