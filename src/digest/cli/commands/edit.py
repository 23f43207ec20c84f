"""`digest edit`: the editor's changes to a draft. They survive every rebuild."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.text import Text

from digest.cli.common import at_option, examples, given_text, json_option, opened, print_json
from digest.editorial.hand import in_words
from digest.errors import UsageError
from digest.model import Edit, EditAction
from digest.services.edit import Decided
from digest.services.editor import Editor, Wording
from digest.text.formatting import count

_DECISIONS: tuple[EditAction, ...] = ("pin", "drop", "bring", "lead", "undo")
_REVIEWS: tuple[Literal["accept", "mend", "refuse"], ...] = ("accept", "mend", "refuse")
_STEPS: tuple[Literal["undo_last", "redo"], ...] = ("undo_last", "redo")


@click.command(
    "edit",
    epilog=examples(
        "digest edit",
        "digest edit --pin 2606.01234 --drop https://example.org/post",
        "digest edit 2026-W48 --move 2606.01234 agents --note note.md",
        "digest edit --claim 2606.01234 agents:4 disputes",
        "digest edit --add https://example.org/post --subject 'Small models'",
    ),
)
@click.argument("key", required=False)
@click.option("--pin", multiple=True, metavar="ITEM", help="Show ITEM first in its section, whatever the reading time.")
@click.option("--drop", multiple=True, metavar="ITEM", help="Leave ITEM out; the receipt counts it as filtered.")
@click.option("--bring", multiple=True, metavar="ITEM", help="Show ITEM, which was folded, filtered or off topic.")
@click.option("--add", multiple=True, metavar="URL", help="Fetch the page at URL, and show it as an item of your own.")
@click.option("--move", multiple=True, nargs=2, metavar="ITEM TREND", help="Put this one item under another trend.")
@click.option("--lead", metavar="ITEM", help="Open the issue with ITEM.")
@click.option(
    "--first", multiple=True, metavar="ITEM", help="Read ITEM first; repeat it for the others, in their order."
)
@click.option(
    "--order",
    multiple=True,
    nargs=2,
    metavar="PLACE ITEM",
    help="Put ITEM first at PLACE, a trend or also_noted; repeat it for those that follow.",
)
@click.option("--reset-order", multiple=True, metavar="PLACE", help="Order PLACE (or read_first) by worth again.")
@click.option(
    "--title", multiple=True, nargs=2, metavar="ITEM TEXT", help="Replace the title; an empty TEXT restores it."
)
@click.option(
    "--summary", multiple=True, nargs=2, metavar="ITEM TEXT", help="Replace the summary; an empty TEXT restores it."
)
@click.option("--subject", metavar="TEXT", help="Set the subject of the mail; an empty TEXT restores the lead's title.")
@click.option(
    "--preheader", metavar="TEXT", help="Set what inboxes show after the subject; an empty TEXT restores the default."
)
@click.option(
    "--accept", multiple=True, nargs=2, metavar="ITEM NUMBER", help="Accept a sentence that a language model wrote."
)
@click.option("--mend", multiple=True, nargs=3, metavar="ITEM NUMBER TEXT", help="Replace such a sentence by TEXT.")
@click.option(
    "--refuse",
    multiple=True,
    nargs=2,
    metavar="ITEM NUMBER",
    help="Leave such a sentence out; the source's own text is shown instead.",
)
@click.option(
    "--claim",
    multiple=True,
    nargs=3,
    metavar="ITEM CLAIM STANCE",
    help="ITEM extends, disputes or dates CLAIM (such as agents:4), bears-on it or is unrelated.",
)
@click.option("--undo", multiple=True, metavar="ITEM", help="Undo the decisions on ITEM.")
@click.option("--undo-last", is_flag=True, help="Undo the last change on this draft.")
@click.option("--redo", is_flag=True, help="Redo the change that was undone last.")
@click.option(
    "--note",
    type=click.Path(path_type=Path, allow_dash=True),
    metavar="FILE",
    help="Open the issue with the Markdown text in FILE (- means standard input); an empty FILE removes it.",
)
@click.option("--by", metavar="NAME", help="Who makes the change (default: your login name).")
@click.option("--seen", metavar="REVISION", help="Refuse if anybody changed something since this revision of --json.")
@click.option("--history", is_flag=True, help="Show every change, with who made it and when.")
@at_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    /,
    key: str | None,
    seen: str | None,
    at: str | None,
    *,
    as_json: bool,
    history: bool,
    **asked: Any,
) -> int:
    """Change draft KEY (default: the latest) and rebuild it. Without options, show the decisions so far.

    ITEM is an id, URL or arXiv id. Changes are kept in edits.jsonl and apply to the issue that the draft becomes. If similar
    items have the wrong trend, too, use `digest teach` instead.
    """
    from digest.cli.terminal import login
    from digest.services import edit as editing

    by = asked.pop("by") or login()
    changes = any(value not in (None, (), False) for value in asked.values())
    with opened(ctx, at, writes=changes) as program:
        chosen = editing.draft_key(program.store, program.archive, key)
        edits = list(_edits(Editor(program, chosen, by), asked))
        found = editing.decided(editing.decide(program, chosen, edits, seen=seen or "") if edits else program, chosen)
        if as_json:
            print_json(found.facts)
        elif history:
            print_history(found, ZoneInfo(program.config.digest.timezone))
        else:
            print_decided(found)
    return 0


def _edits(editor: Editor, asked: Mapping[str, Any]) -> Iterator[Edit]:
    """The changes that were asked for. Items of one's own are fetched last, when everything else is known to be right."""
    for action in _DECISIONS:
        given = asked[action]
        yield from (editor.decision(action, item) for item in ((given,) if isinstance(given, str) else given or ()))
    yield from (editor.decision("move", item, trend) for item, trend in asked["move"])
    if asked["first"]:
        yield editor.order("read_first", asked["first"])
    for place in dict.fromkeys(place for place, _ in asked["order"]):
        yield editor.order(place, [item for where, item in asked["order"] if where == place])
    yield from (editor.order(place, ()) for place in asked["reset_order"])
    yield from _words(editor, asked)
    yield from _reviews(editor, asked)
    yield from (editor.stance(item, claim, stance) for item, claim, stance in asked["claim"])
    yield from (editor.step(action) for action in _STEPS if asked[action])
    if asked["add"]:
        from digest.services.own_item import add_own

        yield from (add_own(editor, url) for url in asked["add"])


def _reviews(editor: Editor, asked: Mapping[str, Any]) -> Iterator[Edit]:
    for action in _REVIEWS:
        for item, number, *text in asked[action]:
            if not number.isdigit():
                raise UsageError(
                    f"--{action} {item} {number}", "expected the number of a sentence", "`digest edit` lists them"
                )
            yield editor.review(action, item, int(number), *text)


def _words(editor: Editor, asked: Mapping[str, Any]) -> Iterator[Edit]:
    of_items: tuple[Wording, ...] = ("title", "summary")
    of_the_issue: tuple[Wording, ...] = ("subject", "preheader")
    for action in of_items:
        yield from (editor.words(action, text, item) for item, text in asked[action])
    yield from (editor.words(action, asked[action]) for action in of_the_issue if asked[action] is not None)
    if asked["note"] is not None:
        text = given_text(asked["note"], "name a file of UTF-8 text, or - for standard input")
        yield editor.words("note", text)


def print_decided(found: Decided) -> None:
    """Print a line per decision, then the words of the issue."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(Text(f"Draft {found.key}", style="bold"))
    hand = found.hand
    decisions = [
        *((f"lead: {found.titles.get(hand.lead, '')}", hand.lead) for _ in filter(None, [hand.lead])),
        *((f"pinned: {found.titles.get(item, '')}", item) for item in sorted(hand.pinned)),
        *((f"brought in: {found.titles.get(item, '')}", item) for item in sorted(hand.brought)),
        *((f"dropped: {found.titles.get(item, '')}", item) for item in sorted(hand.dropped)),
        *((f"moved to {trend}: {found.titles.get(item, '')}", item) for item, trend in sorted(hand.moved.items())),
        *((f"title: {text}", item) for item, text in sorted(hand.titles.items())),
        *((f"summary: {text}", item) for item, text in sorted(hand.summaries.items())),
        *(
            (f"{stance.replace('-', ' ')} {trend}, “{claim}”: {found.titles.get(item, '')}", item)
            for item, pairs in hand.stances.items()
            for (trend, claim), stance in pairs.items()
        ),
        *((f"order of {place}", ", ".join(items)) for place, items in sorted(hand.order.items())),
    ]
    for what, item in decisions:
        console.print(Text(f"{what} ({item})"))
    words = [(name, text) for name in ("subject", "preheader", "note") if (text := getattr(hand, name))]
    for name, text in words:
        console.print(Text(f"{name}: {text}"))
    reviewed = sum(len(pairs) for item, pairs in hand.reviews.items() if item in found.titles)
    if reviewed:
        console.print(f"{count(reviewed, 'sentence')} of the language model accepted, mended or refused")
    if not decisions and not words and not reviewed:
        console.print("No decisions yet.")
    for line in found.written:
        console.print()
        mark = "" if line.sentence.verdict == "passed" else f", {line.sentence.verdict}"
        console.print(Text(f"{line.title} ({line.item})", style="dim"))
        console.print(Text(f"{line.number}. {line.sentence.text} ({line.place}{mark})"))
        for source in line.sentence.sources:
            console.print(Text(f"   rests on: {source}"))


def print_history(found: Decided, zone: ZoneInfo) -> None:
    """Print a line per change, oldest first: when (in the zone), who, what."""
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(Text(f"Draft {found.key}", style="bold"))
    for edit in found.changes:
        about = f": {edit.title or edit.item}" if edit.item else ""
        console.print(Text(f"{edit.at.astimezone(zone):%Y-%m-%d %H:%M}  {edit.by or '-'}  {in_words(edit)}{about}"))
    if not found.changes:
        console.print("No changes yet.")
