"""Make the messages of readers' own letters: one per letter, addressed to each recipient."""

from datetime import datetime
from functools import lru_cache

from digest.config import Config
from digest.errors import DeliveryError
from digest.mail import headers
from digest.mail.message import Imprint, Message, Person, Signer
from digest.mail.transport import Letter
from digest.model import LetterRow, Recipient
from digest.render import subject
from digest.services.context import Program
from digest.storage.archive import from_json
from digest.subscribers.tokens import SECRET, Tokens

NOBODY = "digest@localhost"  # the sender if no mail leaves the machine
LETTERS = 768  # cached messages, each about 100 kB


class OwnLetters:
    """The letters of one mailing. Each is assembled once, however many readers share it."""

    def __init__(self, program: Program, key: str, *, date: datetime, sign: Signer | None) -> None:
        self._letters = program.store.letters
        self._key, self._date, self._sign = key, date, sign
        self._imprint = imprint(program.config)
        self._tokens = Tokens(program.store.subscribers.secret(SECRET))
        self._secret = program.store.subscribers.secret("message-ids")
        self._message = lru_cache(maxsize=LETTERS)(self._make)

    def letter(self, recipient: Recipient) -> Letter | None:
        """The message for a recipient; None if their letter is empty.

        Raises:
            DeliveryError: their letter could not be made, or is too old; or the address cannot be put into a message.
        """
        message = self._message(recipient.letter)
        return None if message is None else message.letter(person_of(recipient), secret=self._secret, sign=self._sign)

    def _make(self, key: str) -> Message | None:
        row = self._letters.get(key)
        if row is not None and row.state == "empty":
            return None
        texts = self._letters.texts(key)
        if row is None or row.state != "made" or texts is None:
            raise DeliveryError(f"letter {row.name if row else key}", *_why(row))
        return Message(
            key=self._key,
            subject=subject(from_json(texts.issue.encode())),
            date=self._date,
            html_part="" if row.choice.plain else texts.html,
            text_part=texts.text,
            imprint=self._imprint,
            tokens=self._tokens,
        )


def _why(row: LetterRow | None) -> tuple[str, str]:
    if row is not None and row.state == "broken":
        return row.reason, "correct the template, then send again with `--retry lint`"
    return "its text is not kept any more", "nothing can be done: it is too old"


def person_of(recipient: Recipient) -> Person:
    """The recipient of one message."""
    return Person(link=recipient.link, address=recipient.address, name=recipient.name, reference=str(recipient.id))


def imprint(config: Config) -> Imprint:
    """The sender's data, with defaults filled in.

    Raises:
        UsageError: an address of `delivery` cannot be mailed.
    """
    delivery, title = config.delivery, config.digest.title
    name, sender = headers.sender(delivery.sender) if delivery.sender else (title, NOBODY)
    return Imprint(
        title=title,
        sender_name=name,
        sender=sender,
        reply_to=headers.sender(delivery.reply_to) if delivery.reply_to else None,
        list_id=delivery.list_id or f"digest.{sender.rpartition('@')[2]}",
        base_url=delivery.base_url,
    )
