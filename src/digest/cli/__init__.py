"""The command line: parse, call, print, return. Command modules are imported only when their command runs."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from digest import __version__
from digest.errors import DigestError

# What `digest --help` says of each command, in groups; a command's module is in `commands`.
GROUPS = {
    "Make an issue": {
        "init": "Make a workspace, ready to build.",
        "collect": "Fetch all feeds into the store.",
        "build": "Compose and archive the issue that is due, or a draft.",
        "edit": "Pin, drop or move a draft's items; write its note.",
        "publish": "What the slot does: build, check, archive, mail; once.",
        "approve": "Let an issue that is held go out.",
    },
    "Read": {
        "list": "The archived issues, newest first.",
        "show": "Read an archived issue in the terminal.",
        "search": "Find items of archived issues.",
        "recap": "What a holiday missed: the best stories, what moved.",
        "trends": "The trends and their baselines.",
        "why": "Why an item is where it is.",
        "serve": "The archive and its search in a browser.",
    },
    "Run by itself": {
        "run": "The daemon: collect and publish on schedule.",
        "next": "The next slots, in local time and UTC.",
        "status": "Is all well: configuration, runs, mail, feeds.",
    },
    "Feeds and sorting": {
        "feeds": "The sources and their health; add, import, export.",
        "watch": "What the issue puts first: authors, terms, papers.",
        "classify": "The trends of a text, with the words that decided.",
        "teach": "Correct an item's trend, and similar ones' with it.",
    },
    "People and mail": {
        "send": "Mail an archived issue, once to each subscriber.",
        "subscribers": "Who gets the mail; import, export, bounces, forget.",
    },
    "Look and upkeep": {
        "preview": "See the mail change while its templates are edited.",
        "templates": "The templates of mail and pages; a copy to change.",
        "check": "Lint an issue's mail by the rules of mail clients.",
        "render": "Make an issue's files again from its issue.json.",
        "reindex": "Make the catalogue that searches use anew.",
        "backup": "Write the whole workspace to one file.",
        "restore": "Make a workspace from its backup.",
    },
}
COMMANDS = {name: told for group in GROUPS.values() for name, told in group.items()}


class LazyGroup(click.Group):
    """A group that knows its commands' names and help, and imports a command's module when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  (click's signature)
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"digest.cli.commands.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        width = max(map(len, COMMANDS))
        for title, commands in GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(width), told) for name, told in commands.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("-C", "directory", type=click.Path(path_type=Path), default=Path(), help="The workspace; default: here.")
@click.version_option(__version__, prog_name="digest")
@click.pass_context
def root(ctx: click.Context, directory: Path) -> None:
    """Collect LLM research from feeds, sort it into trends, publish it as a mail and an archive."""
    ctx.obj = directory


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 a person is needed, 2 usage, 3 nothing done, 130 interrupted."""
    try:
        code = root.main(args=None if argv is None else list(argv), prog_name="digest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("digest: interrupted; what was stored is kept", err=True)
        return 130
    except DigestError as error:
        click.echo(f"digest: {error}", err=True)
        return error.exit_code
    return code if isinstance(code, int) else 0


if __name__ == "__main__":
    sys.exit(main())
