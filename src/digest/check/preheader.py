"""R16: the line that an inbox shows after the subject is there, hidden in the mail, and followed by nothing else."""

from collections.abc import Iterator

from digest.check.finding import Hit
from digest.check.mail import Mail, inline, line_of

_HIDDEN = {"display": "none", "max-height": "0", "overflow": "hidden", "mso-hide": "all"}
_SHORTEST, _LONGEST = 40, 130  # characters that inboxes show
_FILLER = "\u034f"
_ENOUGH = 20


def preheader(mail: Mail) -> Iterator[Hit]:
    """R16."""
    first = next(iter(mail.speakers), None)
    if first is None or inline(first).get("display") != "none":
        message = "the first words of the mail are no hidden preheader, so that an inbox shows the masthead twice"
        yield Hit(
            line=0 if first is None else line_of(first), message=message, remedy="begin the body with issue.preheader"
        )
        return
    line, styles = line_of(first), inline(first)
    missing = [f"{name}: {value}" for name, value in _HIDDEN.items() if styles.get(name) != value]
    if missing:
        message = f"the preheader is hidden without {', '.join(missing)}, which some clients need"
        yield Hit(line=line, message=message, remedy="hide it in all these ways")
    text = "".join(first.itertext())
    told = text.partition(_FILLER)[0].strip()
    if not _SHORTEST <= len(told) <= _LONGEST:
        message = f"the preheader has {len(told)} characters, and inboxes show {_SHORTEST} to {_LONGEST}"
        yield Hit(line=line, message=message, remedy="tell what the issue holds", severity="warning")
    if text.count(_FILLER) < _ENOUGH:
        message = "nothing fills the line after the preheader, so that an inbox goes on with the masthead"
        yield Hit(line=line, message=message, remedy="follow it with &#847;&zwnj;&nbsp; some forty times")
