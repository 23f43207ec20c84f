"""What `digest send` is told about a mailing besides sending it: pause, continue, and who of those in doubt received it."""

from dataclasses import dataclass

from digest.cli.terminal import login
from digest.errors import NotFoundError, UsageError
from digest.services.context import Program
from digest.text.formatting import count


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """The options of one command. `received` and `not_received` are addresses of recipients in doubt."""

    pause: bool
    resume: bool
    received: tuple[str, ...]
    not_received: tuple[str, ...]

    @property
    def alone(self) -> bool:
        """Whether nothing is to be sent afterwards."""
        return self.pause or bool(self.received and not self.not_received and not self.resume)

    @property
    def any(self) -> bool:
        """Whether anything is decided."""
        return self.pause or self.resume or bool(self.received or self.not_received)

    def refuse_mixed(self, *, others: bool) -> None:
        """Refuse options that contradict each other.

        Raises:
            UsageError: they do.
        """
        if self.pause and (self.resume or self.received or self.not_received or others):
            raise UsageError("digest send --pause", "only stops a mailing", "leave out the other options")
        if others and self.any:
            raise UsageError(
                "digest send",
                "got --resume, --received or --not-received with --to or --dry-run",
                "run it once for each",
            )

    def take(self, program: Program, key: str | None) -> str:
        """Record the decisions, and say what was decided.

        Raises:
            NotFoundError: the mailing is not paused, or one of the addresses is not in doubt.
            UsageError: the issue is a draft.
        """
        from digest.services.archive_index import latest
        from digest.services.doubts import settle
        from digest.services.pauses import pause, unpause

        chosen = key or latest(program.store, program.archive)
        said = ""
        if self.pause:
            pause(program, chosen, login())
            said = f"The mailing of {chosen} is paused. `digest send {chosen} --resume` continues it."
        if self.resume and not unpause(program.store, chosen):
            raise NotFoundError(f"the mailing of {chosen}", "is not paused", "`digest status` lists paused mailings")
        if self.received:
            settled = settle(program, chosen, self.received, "received", login())
            said = f"{count(settled, 'recipient')} of {chosen} counted as received; nothing is sent to them."
        if self.not_received:
            settle(program, chosen, self.not_received, "not_received", login())
        return said
