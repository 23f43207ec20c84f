"""Make the messages of a mailing, addressed to each recipient: of an archived issue, one per selection of trends; of readers' own letters, one each."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from digest.config import Config
from digest.errors import DeliveryError, NotFoundError
from digest.mail import headers, webhook
from digest.mail.message import Imprint, Message, Person, Signer
from digest.mail.transport import Letter
from digest.model import Issue, LetterRow, Recipient
from digest.render.syndication import subject
from digest.services.context import Program
from digest.services.editions import in_edition, others
from digest.storage.archive import from_json
from digest.storage.files import resources
from digest.subscribers.tokens import SECRET, Tokens

if TYPE_CHECKING:
    from digest.render.chat import Chat

SELECTIONS = 64  # cached messages
NOBODY = "digest@localhost"  # the sender if no mail leaves the machine
LETTERS = 768  # cached messages, each about 100 kB


class Messages:
    """The messages of one issue, and of readers' own letters. CSS is inlined once per selection of trends, however many recipients chose it."""

    def __init__(self, program: Program, issue: Issue, *, date: datetime, sign: Signer | None) -> None:
        self._program = program
        self._issue = issue
        self._date = date
        self._sign = sign
        self._imprint = imprint(program.config)
        self._tokens = Tokens(program.store.subscribers.secret(SECRET))
        self._secret = program.store.subscribers.secret("message-ids")
        self._sections = frozenset(section.id for section in issue.trends)
        self._editions = {one.config.digest.language: one for one in others(program)}
        self._message = lru_cache(maxsize=SELECTIONS)(self._make)
        self._own = OwnLetters(program, issue.key, date=date, sign=sign)

    def letter(self, recipient: Recipient) -> Letter | None:
        """The message for a recipient; None if the issue has nothing in the trends they chose.

        Raises:
            DeliveryError: the address cannot be put into a message.
        """
        if recipient.letter:
            return self._own.letter(recipient)
        return self._written(person_of(recipient), recipient.trends, recipient.language)

    def copy(
        self, address: str, *, link: str, trends: tuple[str, ...], language: str = "", now: datetime
    ) -> Letter | None:
        """A test copy, marked so that mail programs do not confuse it with the issue itself."""
        person = Person(link=link, address=address, name="", reference=f"copy {address} {now.isoformat()}")
        return self._written(person, trends, language)

    def announcement(self, chat: "Chat | str") -> Letter:
        """The message for a team's channel. A channel that cannot be posted to refuses it by name."""
        title, body = self.announced(chat) if not isinstance(chat, str) else ("", "")
        return webhook.announcement(self._issue.key, title=title, body=body)

    def announced(self, chat: "Chat") -> tuple[str, str]:
        """Its title and its text: the lead, the three lines, releases, what to read first, and the link to the issue."""
        from digest.render import announce  # noqa: PLC0415  (only where there is a webhook)

        return announce(self._issue, base_url=self._imprint.base_url, chat=chat)

    def _written(self, person: Person, trends: tuple[str, ...], language: str) -> Letter | None:
        edition = language if language in self._editions else ""
        message = self._message(self._sections.intersection(trends) if trends else None, edition)
        return None if message is None else message.letter(person, secret=self._secret, sign=self._sign)

    def _make(self, chosen: frozenset[str] | None, language: str) -> Message | None:
        if language:
            return self._in_edition(chosen, self._editions[language])
        if chosen is None:
            return self._compose(self._issue, *self._archived())
        from digest.editorial.reading_budget import select  # noqa: PLC0415  (these two only where somebody chose trends)
        from digest.render import render_mail  # noqa: PLC0415

        issue = select(self._issue, chosen)
        if issue is None:
            return None
        html, text = render_mail(
            issue,
            templates=resources.template_texts(self._program.workspace),
            baselines=self._program.trends,
            base_url=self._imprint.base_url,
        )
        return self._compose(issue, html, text)

    def _in_edition(self, chosen: frozenset[str] | None, edition: Program) -> Message | None:
        """The message in another language. Its bytes follow from the issue, as those of the archived page do."""
        from digest.editorial.reading_budget import select  # noqa: PLC0415  (these two only where somebody reads an edition)
        from digest.render import render_mail  # noqa: PLC0415

        whole = in_edition(edition, self._issue, own=self._program.trends)
        issue = whole if chosen is None else select(whole, chosen)
        if issue is None:
            return None
        html, text = render_mail(
            issue,
            templates=resources.template_texts(self._program.workspace),
            baselines=edition.trends,
            base_url=edition.config.delivery.base_url,
        )
        return self._compose(issue, html, text)

    def _compose(self, issue: Issue, html: str, text: str) -> Message:
        return Message(
            key=issue.key,
            subject=subject(issue),
            date=self._date,
            html_part=html,
            text_part=text,
            imprint=self._imprint,
            tokens=self._tokens,
        )

    def _archived(self) -> tuple[str, str]:
        """The mail as it was archived, byte for byte."""
        folder = self._program.archive.folder(self._issue.key)
        try:
            return (folder / "email.html").read_text("utf-8"), (folder / "email.txt").read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NotFoundError(
                f"issue {self._issue.key}",
                f"its mail cannot be read ({error})",
                f"run `digest render {self._issue.key}`",
            ) from error


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
