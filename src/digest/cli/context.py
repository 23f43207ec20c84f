"""Open the workspace that a command's options name, with the clock that they set."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from digest.api import OpenWorkspace, open_workspace
from digest.cli.common import instant, say_waiting, workspace
from digest.services.context import Program


@contextmanager
def opened_workspace(ctx: click.Context, at: str | None, *, writes: bool) -> Iterator[OpenWorkspace]:
    """The workspace of this run, opened. With `writes` it is locked, and an `--at` inside a closed window is refused."""
    with open_workspace(
        workspace(ctx).root,
        clock=lambda settings: instant(at, settings.digest.timezone),
        writes=writes,
        waiting=say_waiting,
        refuse_past=at is not None,
    ) as opened_:
        yield opened_


@contextmanager
def opened(ctx: click.Context, at: str | None, *, writes: bool) -> Iterator[Program]:
    """The same, as the context that services take."""
    with opened_workspace(ctx, at, writes=writes) as opened_:
        yield opened_.context
