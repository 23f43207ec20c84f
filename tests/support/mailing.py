"""What the tests of sending share: workspaces with a closed issue and subscribers, and what lies in the outbox."""

import email
import email.policy
import mailbox
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from digest.mail.transport import OFFER, Channel, Letter, Outcome, ready
from digest.model import Workspace
from digest.storage.db import Server, Store, connected, located, open_store

KEY = "2026-W27"
NOW = datetime(2026, 6, 29, 7, tzinfo=UTC)
REPLAY_CONFIG = """digest: {{timezone: Europe/Berlin, schedule: mon 08:00, lookback: 5000d, max_age: 5000d}}
fetch: {{allow_private: true, per_host: 16}}
delivery:
  from: "LLM Trends <digest@example.org>"
  list_id: llm.example.org
  smtp: {{host: 127.0.0.1, port: {port}, security: none}}
feeds:
"""


@contextmanager
def store_of(place: Path) -> Iterator[Store]:
    with open_store(located(Workspace(root=place))) as store:
        yield store


def subscribe(place: Path, *people: str, trends: tuple[str, ...] = ()) -> None:
    """Add people, each an address or `name <address>`."""
    with store_of(place) as store, store.transaction():
        for person in people:
            name, _, address = person.rpartition(" ")
            bare = address.strip("<>")
            store.subscribers.add(bare, key=bare.lower(), at=NOW, name=name, trends=trends, consent="test")


def configure(place: Path, delivery: str) -> None:
    path = place / "feeds.yaml"
    kept = [line for line in path.read_text().splitlines() if not line.startswith("delivery:")]
    path.write_text("\n".join([*kept, f"delivery: {delivery}", ""]))


def outbox(place: Path) -> dict[str, EmailMessage]:
    """The messages in the outbox by recipient; each recipient once."""
    found: dict[str, EmailMessage] = {}
    for path in sorted((place / ".digest/outbox/new").iterdir()):
        message = parsed(path.read_bytes())
        address = message["To"].addresses[0].addr_spec
        assert address not in found
        found[address] = message
    return found


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def maildir(place: Path) -> mailbox.Maildir:
    return mailbox.Maildir(place / ".digest/outbox", create=False)


def post(box: Path, *reports: str) -> Path:
    """Mails into a Maildir that comes to be."""
    for part in ("new", "cur", "tmp"):
        (box / part).mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(reports):
        (box / "new" / f"{len(list((box / 'new').iterdir()))}.{number}").write_text(text)
    return box


def hand_over(channel: Channel, letter: Letter, offer: Callable[[], bool] = lambda: True) -> Outcome | None:
    """One message, the ledger being `offer`."""
    talk = channel.send(letter, lambda: None)
    answer: bool | None = None
    try:
        while True:
            step = talk.send(answer)
            answer = offer() if step == OFFER else bool(ready([step], step.seconds))
    except StopIteration as end:
        outcome: Outcome | None = end.value
        return outcome


def outcome_of(channel: Channel, letter: Letter) -> Outcome:
    outcome = hand_over(channel, letter)
    assert outcome is not None
    return outcome


def lose_store(place: Path) -> None:
    """The workspace's state is gone, and its store with it, wherever that is."""
    where = located(Workspace(root=place))
    shutil.rmtree(place / ".digest")
    if isinstance(where, Server):
        with closing(connected(where)) as connection:
            connection.execute(f'DROP SCHEMA "{where.schema}" CASCADE')
