"""The `--help` of every command as docs/reference/commands.md: `python scripts/commands.py` writes it, `make reference` runs it."""

from collections.abc import Iterator
from pathlib import Path

import click

from digest.cli import GROUPS, root

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "commands.md"
WIDTH = 80
HEAD = """\
# Commands

<!-- Generated from the commands' help by `make reference`. -->

`-C DIR`, before the name of the command, chooses the workspace; the default is the current folder. The exit codes are the
[same for all commands](exit-codes.md). Where a program may read the answer, `--json` prints it as JSON.
"""


def page() -> str:
    """The whole page."""
    blocks = [HEAD, _block("digest", root)]
    for group, names in GROUPS.items():
        blocks.append(f"## {group}\n")
        for name in names:
            command = root.get_command(click.Context(root), name)
            assert command is not None, name
            blocks += [f"### digest {name}\n", *_tree(f"digest {name}", command)]
    return "\n".join(blocks)


def _tree(path: str, command: click.Command) -> Iterator[str]:
    """A command's help, then that of its subcommands."""
    yield _block(path, command)
    for name, each in sorted(command.commands.items()) if isinstance(command, click.Group) else ():
        yield f"#### {path} {name}\n"
        yield from _tree(f"{path} {name}", each)


def _block(path: str, command: click.Command) -> str:
    context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    return f"```text\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
