"""`digest why ITEM`: explain an item's place: sightings, filters, scores with their evidence, rank."""

from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from digest import classify
from digest.classify import Explanation
from digest.cli.common import examples, json_option, opened, print_json
from digest.editorial.hand import in_words
from digest.editorial.signals import in_words as signal_in_words
from digest.model import ItemSignal, Written
from digest.services.explain import ForReader, Place, Why


@click.command(
    "why",
    epilog=examples(
        "digest why 2606.01234", "digest why https://example.org/post", "digest why 2606.01234 --for ada@example.org"
    ),
)
@click.argument("item")
@click.option("--for", "reader", metavar="ADDR", help="Also show what became of it for subscriber ADDR.")
@json_option
@click.pass_context
def command(ctx: click.Context, item: str, reader: str | None, as_json: bool) -> int:
    """Explain why ITEM (an id, URL or arXiv id) is where it is: sightings, filters, trend scores, rank."""
    from digest.services.explain import why, why_for
    from digest.text import addresses

    with opened(ctx, None, writes=False) as program:
        found = why(program, item)
        told = why_for(program, found, addresses.parse(reader)) if reader is not None else None
    zone = ZoneInfo(program.config.digest.timezone)
    if as_json:
        print_json(found if told is None else {"item": found, "reader": told})
    else:
        print_why(found, zone)
        for line in _for_reader(told, zone) if told else ():
            click.echo(line)
    return 0


SHOWN_SCORES = 5


def print_why(found: Why, zone: ZoneInfo) -> None:
    """Print identity, sightings, scores and place, in the order in which they are decided. Times are in the zone."""
    console = Console(highlight=False)
    first = found.item.sightings[0]
    console.print(Text(found.text.title if found.text else first.title or "(untitled)", style="bold"))
    console.print(Text(", ".join(found.item.keys), style="dim"))
    console.print()
    console.print(_sightings(found, zone))
    console.print()
    if found.explanation is None:
        console.print("Not classified: every sighting was refused or filtered.")
    else:
        print_scores(found.explanation)
        for prior in _priors(found.text):
            console.print(Text(prior, style="dim"))
    if found.opinion:
        console.print(Text(f"second opinion of {found.opinion.in_words}"))
    if found.worth:
        console.print()
        console.print(Text(_worth(found)))
    for signal in found.signals:
        console.print(Text(_signal(signal, zone)))
    for edit in found.edits:
        console.print(
            Text(
                f"{in_words(edit)} by the editor{f' ({edit.by})' if edit.by else ''} on {edit.at.astimezone(zone):%Y-%m-%d}"
            )
        )
    if found.place and found.place.item.watched:
        console.print(Text(f"watched: {', '.join(found.place.item.watched)}"))
    console.print()
    console.print(Text(_place(found.place)))
    if found.place:
        print_written(console, found.place.item.written)


def print_written(console: Console, texts: Sequence[Written]) -> None:
    """Print what a language model wrote, each sentence with those that it rests on, then what was refused and why."""
    for one in texts:
        console.print()
        stands = "" if one.sentences else "; the source's own sentences stand"
        console.print(Text(f"{one.place.capitalize()} by {one.model}, prompt {one.prompt}{stands}", style="bold"))
        table = Table("Sentence", "Rests on", box=None, pad_edge=False)
        for sentence in one.sentences:
            mark = "" if sentence.verdict == "passed" else f" ({sentence.verdict} by the editor)"
            table.add_row(Text(sentence.text + mark), Text("\n".join(sentence.sources)))
        if one.sentences:
            console.print(table)
        for refused in one.refused:
            console.print(Text(f"refused: {refused.text} ({refused.reason})"))


def _priors(text: classify.Text | None) -> Iterator[str]:
    """What the item's feeds are configured to say of it."""
    if text and text.on_topic:
        yield "its feed is configured as on topic: about language models"
    if text and text.hints:
        yield f"its feed is configured with trends, which makes them likelier: {', '.join(text.hints)}"


def _sightings(found: Why, zone: ZoneInfo) -> Table:
    table = Table("Seen in", "First seen", "Own date", "Fate", box=None, pad_edge=False)
    for sighting in found.item.sightings:
        own = f"{sighting.published:%Y-%m-%d}" if sighting.published else "none"
        fate = (sighting.fate or "accepted").replace("_", " ")
        table.add_row(Text(sighting.feed), f"{sighting.first_seen.astimezone(zone):%Y-%m-%d %H:%M}", own, fate)
    return table


def print_scores(explanation: Explanation) -> None:
    """Print the best trends with the words that decided; the assigned ones in bold."""
    console = Console(highlight=False)
    about = "about language models" if explanation.verdict.llm else "not about language models"
    console.print(f"{about} ({explanation.llm_score:.2f}, threshold {explanation.llm_threshold:.2f})")
    if explanation.verdict.by_terms:
        console.print(
            "uncertain: the classifier does not read its language; told by terms and names alone", style="dim"
        )
    if explanation.host_move:
        often = "more" if explanation.host_move > 0 else "less"
        words = f"posts of {explanation.host} are {often} often about language models than their words suggest"
        console.print(Text(f"{words}: {explanation.host_move:+.1f} log-odds", style="dim"))
    given = {label.id for label in explanation.verdict.labels}
    table = Table("Trend", "Score", "Threshold", "Words", box=None, pad_edge=False)
    for score in explanation.scores[:SHOWN_SCORES]:
        style = "bold" if score.id in given else "dim"
        table.add_row(
            score.id, f"{score.score:.2f}", f"{score.threshold:.2f}", Text(", ".join(score.evidence)), style=style
        )
    console.print(table)
    for title in explanation.lessons:
        console.print(Text(f"taught by: {title}", style="dim"))


def _worth(found: Why) -> str:
    parts = ", ".join(f"{name} {value:+.2f}" for name, value in found.worth.items() if round(value, 2))
    because = f"; of interest for: {', '.join(found.reasons[:4])}" if found.reasons else ""
    return f"Worth {sum(found.worth.values()):.2f}: {parts}{because}"


def _signal(signal: ItemSignal, zone: ZoneInfo) -> str:
    """`240 votes in HF Daily on 2026-06-06, above 93 % of its items in the window`."""
    above = f", above {signal.above:.0%} of its items in the window".replace("%", " %") if signal.above else ""
    return f"{signal_in_words(signal)} in {signal.feed} on {signal.at.astimezone(zone):%Y-%m-%d}{above}"


def _place(place: Place | None) -> str:
    if place is None:
        return "Not in an issue yet."
    room = "shown" if place.shown else "listed by title" if place.listed else "folded"
    by = f" by score {place.item.score:.2f}" if place.item.parts else ""
    return f"{place.key}, {place.section}: {place.rank} of {place.of}{by}, {room}.{_thread(place)}"


def _for_reader(told: ForReader, zone: ZoneInfo) -> Iterator[str]:
    """What became of the item for one reader, and which of their weights name it."""
    yield ""
    if told.place is not None:
        where = f"{told.place.section or 'also noted'}, {told.place.rank}"
        room = "shown" if told.place.shown else "on its web page"
        yield f"For {told.address}: in letter {told.letter}, {where} by score {told.place.score:.2f}, {room}."
    elif told.others:
        yield f"For {told.address}: letter {told.letter} covers it, and does not hold it: it is in no trend they chose, or in a story."
    elif told.next_at is not None:
        yield f"For {told.address}: in no letter yet. Their next one is due {told.next_at.astimezone(zone):%Y-%m-%d %H:%M}."
    else:
        yield f"For {told.address}: they get the issue, with what is in their trends."
    for name, weight in told.weights.items():
        yield f"  {name} {weight:+.2f}"


def _thread(place: Place) -> str:
    follows = place.item.follows
    if follows is None:
        return ""
    thread = f"\nIn {follows.part} issues since {follows.since}; follows {follows.id} of {follows.key}"
    return f"{thread}." if follows.fresh else f"{thread}: the same headline without new facts, so it is folded."
