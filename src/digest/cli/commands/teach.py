"""`digest teach`: an editor's correction, shown with what it would move, and kept once the editor says so."""

import sys

import click

from digest.cli.common import at_option, json_option, print_json
from digest.errors import UsageError


@click.command("teach")
@click.argument("item", required=False)
@click.argument("trend", required=False)
@click.option("--not", "unfit", metavar="TREND", help="The item does not belong to this trend.")
@click.option("--review", type=click.IntRange(1, 200), metavar="N", help="Ask about the N least certain recent items.")
@click.option("--yes", is_flag=True, help="Keep the lesson without asking.")
@click.option("--dry-run", is_flag=True, help="Only show what would move.")
@at_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    item: str | None,
    trend: str | None,
    unfit: str | None,
    review: int | None,
    yes: bool,
    dry_run: bool,
    at: str | None,
    as_json: bool,
) -> int:
    """Teach that ITEM (an id, URL or arXiv id) belongs to TREND, or with --not that it does not.

    TREND is an id of `digest trends`, or `other` for what is not about language models. A lesson is kept in lessons.jsonl; it decides
    where its item stands and acts on similar ones, from the next issue on. Closed issues do not change.
    """
    from digest.cli.program import opened
    from digest.cli.teach_page import ask, print_proposal
    from digest.pipeline.teach import keep, lesson, propose
    from digest.pipeline.teach import review as least_certain

    if review is not None:
        if item or trend or unfit or as_json or dry_run:
            raise UsageError(
                "--review", "goes without ITEM, TREND and the other options", "write `digest teach --review 20`"
            )
        with opened(ctx, at, writes=False) as program:
            questions = least_certain(program, review)
            return ask(program, questions, interactive=sys.stdin.isatty())
    if item is None or (trend is None) == (unfit is None):
        raise UsageError(
            "teach", "needs an ITEM and one TREND", "write `digest teach 2606.01234 agents` or `--not agents`"
        )
    with opened(ctx, at, writes=False) as program:
        proposal = propose(program, lesson(program, item, trend or unfit or "", fits=unfit is None))
        if as_json:
            print_json(proposal)
        else:
            print_proposal(proposal)
        if dry_run:
            return 0
        if not yes and not sys.stdin.isatty():
            raise UsageError("teach", "nobody is there to be asked; nothing was kept", "add --yes to keep the lesson")
        if not yes and not click.confirm("Keep this lesson?", default=True, err=True):
            return 0
        keep(program, [proposal.lesson])
        click.echo(f"kept in {program.workspace.lessons}", err=True)
    return 0
