"""The one thing that needs the operator, with its command, or that nothing does."""

from collections.abc import Sequence

from digest.model import Workspace
from digest.services.baseline import standings
from digest.services.context import Program
from digest.services.status import Section, status

NOTHING = "Nothing needs you."
# Where to act on a problem that does not name a command itself.
_COMMANDS = {
    "config": "digest status",
    "runs": "digest run",
    "mail": "digest send --dry-run",
    "feeds": "digest feeds check",
    "lessons": "digest teach --review 20",
}


def needed(program: Program) -> str:
    """`Nothing needs you.`, or the first alarm or problem with its command; without any, a baseline that was drafted and not signed."""
    return first(status(program)) or _unsigned(program.workspace) or NOTHING


def first(sections: Sequence[Section]) -> str:
    """The first alarm, or else the first problem, with its command; empty if there is none."""
    found = [(section.name, told) for section in sections for told in section.alarms]
    found += [(section.name, told) for section in sections for told in section.problems]
    if not found:
        return ""
    name, told = found[0]
    rest = f" ({len(found) - 1} more: `digest status`)" if len(found) > 1 else ""
    act = "" if "`digest " in told else f"; see to it with `{_COMMANDS[name]}`"
    return f"One thing needs you: {told}{act}{rest}"


def _unsigned(workspace: Workspace) -> str:
    drafted = next((one for one in standings(workspace) if one.draft), None)
    return f"The next baseline of {drafted.name} waits for you: `digest baseline sign {drafted.id}`" if drafted else ""
