"""The command line: the commands' names and summaries, and `main`, which runs one.

In: arguments. Out: what a service did, in words or JSON, and an exit code. Never decides about issues or
mail itself. A command's module is imported only when the command runs, so that `digest --help` stays fast.
"""

import errno
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path

import click

from digest import __version__
from digest.cli.common import examples, fit_streams
from digest.errors import DigestError, UsageError
from digest.text.secrets import masked

# The summaries that `digest --help` prints, in groups; the module of each command is in `commands`.
GROUPS = {
    "Make an issue": {
        "init": "Create a workspace that is ready to build.",
        "collect": "Fetch all feeds into the store.",
        "build": "Build the issue that is due, or a draft of the next one.",
        "edit": "Change a draft: its items, their order and its words.",
        "desk": "Edit and approve the draft in a browser.",
        "publish": "Build, check and mail the issue that is due (safe to repeat).",
        "approve": "Approve and send a held issue.",
    },
    "Read": {
        "list": "List the archived issues, newest first.",
        "show": "Read an archived issue in the terminal.",
        "search": "Search the archived issues.",
        "recap": "Catch up on the last weeks: best stories, trend changes.",
        "trends": "List the trends, or show one with its baseline.",
        "grade": "Show what the field took up of an issue, and what was missed.",
        "baseline": "Draft and sign the next dated baseline of a trend.",
        "why": "Explain why an item is where it is.",
        "export": "Export items as references, notes, feeds or JSON lines.",
        "serve": "Serve the archive and its search to browsers.",
        "mcp": "Let an agent read the archive (MCP).",
    },
    "Run unattended": {
        "run": "Run the daemon: collect and publish on schedule.",
        "deploy": "Show the state of several newsletters and their workers.",
        "worker": "Share the work on many newsletters with other machines.",
        "next": "Show the next slots, in local time and UTC.",
        "rewind": "Return to the present after the clock was ahead.",
        "doctor": "Examine store, queue, clock, locks, mail server and disk.",
        "status": "Show the health of configuration, runs, mail and feeds.",
    },
    "Feeds and classification": {
        "feeds": "List, add, remove, import, export and check feeds.",
        "watch": "Show the watchlist of authors, terms and papers.",
        "classify": "Classify a text and show why.",
        "teach": "Correct an item's trend; similar items follow.",
        "model": "Check the language model, if one is configured.",
    },
    "Subscribers and mail": {
        "send": "Mail an issue, once to each subscriber.",
        "subscribers": "Manage who gets the mail.",
    },
    "Templates and maintenance": {
        "preview": "Preview the mail while you edit its templates.",
        "templates": "List the templates, or copy one to change it.",
        "check": "Lint an issue's mail against the rules of mail clients.",
        "diff": "Show what changed between two issues, renderings or baselines.",
        "render": "Render an issue's files again from its issue.json.",
        "reindex": "Rebuild the search index.",
        "archive": "Write the issues that other machines closed.",
        "store": "Move the store into a PostgreSQL database, or back.",
        "backup": "Back up the whole workspace to one file.",
        "restore": "Restore a workspace from a backup.",
    },
}
MAKE_FOLDERS = ("init", "restore")
COMMANDS = {name: summary for group in GROUPS.values() for name, summary in group.items()}


# Commands that stand in the module of a related one, which does the reverse, the step before, or the same for something else.
SHARED = {
    "approve": "publish",
    "archive": "store",
    "backup": "store",
    "baseline": "trends",
    "collect": "build",
    "doctor": "status",
    "grade": "recap",
    "list": "search",
    "mcp": "serve",
    "model": "status",
    "next": "status",
    "preview": "serve",
    "reindex": "render",
    "restore": "store",
    "rewind": "status",
    "templates": "render",
}


class LazyGroup(click.Group):
    """A group that knows the names and summaries of its commands, and imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        home = SHARED.get(cmd_name, cmd_name)
        module = import_module(f"digest.cli.commands.{home}")
        command: click.Command = getattr(module, "command" if home == cmd_name else f"{cmd_name}_command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does; a misspelt name is compared with every command, loaded or not."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.exceptions.NoSuchCommand(args[0], possibilities=COMMANDS, ctx=ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        width = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), summary) for name, summary in commands.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "digest init --sample news && digest -C news build --open",
        "digest search 'state space' --since 4w",
        "digest COMMAND --help",
    ),
)
@click.option(
    "-C",
    "directory",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIR",
    help="Use the workspace in DIR (default: the current folder).",
)
@click.version_option(__version__, prog_name="digest")
@click.pass_context
def root(ctx: click.Context, directory: Path) -> None:
    """Collect LLM research from feeds, sort it into trends, and publish it as a newsletter and an archive.

    Exit codes: 0 done; 1 done, but something needs your attention; 2 wrong usage or configuration; 3 nothing could be
    done; 130 interrupted.
    """
    if not directory.is_dir() and ctx.invoked_subcommand not in MAKE_FOLDERS:
        raise UsageError(str(directory), "there is no such folder", "`digest init DIR` makes a workspace")
    ctx.obj = directory


def _tell(show: Callable[[], None]) -> None:
    """Say why a command ended. Its exit code stays the same where nobody can be told, as on a full disk."""
    try:
        show()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())


def _say(words: str) -> None:
    _tell(partial(click.echo, words, err=True))


def _blame_system(error: OSError | MemoryError) -> int:
    """Say in one line what the system refused; the exit code."""
    if isinstance(error, BrokenPipeError):  # who read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    if isinstance(error, MemoryError):
        _say("digest: not enough memory; free some, then run the same command again")
        return 3
    remedies = {
        errno.EMFILE: "close programs, or raise the limit of open files",
        errno.ENFILE: "close programs, or raise the limit of open files",
        errno.ENOSPC: "free disk space, then run the same command again",
        errno.EACCES: "check its permissions",
        errno.EPERM: "check its permissions",
        errno.EROFS: "make the disk writable",
    }
    remedy = remedies.get(error.errno or 0, "check the disk and the folder, then run the same command again")
    _say(f"digest: {error.filename or 'this machine'}: {error.strerror or error}; {remedy}")
    return 2


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; the codes are listed in the help of `root`."""
    fit_streams()
    try:
        code = root.main(args=None if argv is None else list(argv), prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        _tell(error.show)
        return 2
    except (click.Abort, KeyboardInterrupt):
        _say("digest: interrupted; everything stored so far is kept")
        return 130
    except DigestError as error:
        _say(masked(f"digest: {error}"))
        return error.exit_code
    except (OSError, MemoryError) as error:
        return _blame_system(error)
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
