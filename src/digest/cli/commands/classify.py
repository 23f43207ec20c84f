"""`digest classify [TEXT]`: the trends of one text, or of a file of texts, and the words that decided."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import click

from digest.classify import Taught, Text
from digest.cli.common import ascii_only, examples, json_option, workspace
from digest.errors import DigestError, UsageError
from digest.model import Verdict
from digest.text.clean import one_line

BATCH = 1_000  # lines read before the first answer is printed
KINDS = ("paper", "release", "post", "news")

# Optional keys of a line: the test of a value, and the cause and remedy of the error if it fails.
_OPTIONAL: tuple[tuple[str, Callable[[Any], bool], str, str], ...] = (
    (
        "summary",
        lambda value: isinstance(value, str) or not value,
        "the summary is not a string",
        "put it in quotes, or leave it out",
    ),
    (
        "kind",
        lambda value: value in ("", *KINDS),
        "the kind is unknown",
        f"write one of {', '.join(KINDS)}, or leave it out",
    ),
    (
        "on_topic",
        lambda value: isinstance(value, bool),
        "on_topic is not true or false",
        "write true or false, or leave it out",
    ),
    (
        "hints",
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        "the hints are not a list of trend ids",
        'write for example ["agents"], or leave them out',
    ),
    ("url", lambda value: isinstance(value, str), "the url is not a string", "put it in quotes, or leave it out"),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the input: its text, or the error in it."""

    text: Text | None = None
    error: DigestError | None = None


@click.command(
    "classify",
    epilog=examples(
        "digest classify 'Mixture-of-experts routing for multilingual agents'",
        "digest classify --input papers.jsonl --json > labels.jsonl",
    ),
)
@click.argument("text", required=False)
@click.option(
    "--input",
    "source",
    metavar="FILE",
    help='Read texts from FILE, one {"id", "title", "summary"} per line, optionally with "kind", "on_topic", "hints" and "url"; - means standard input.',
)
@json_option
@click.pass_context
def command(ctx: click.Context, text: str | None, source: str | None, as_json: bool) -> int:
    """Print the trends of a text and the words that decided them.

    The first line of TEXT is the title, the rest the summary. Exit code 1: a line of FILE could not be read.
    """
    if (text is None) == (source is None):
        raise UsageError("classify", "expected either TEXT or --input", "give a title in quotes, or --input FILE.jsonl")
    classifier = _classifier(ctx)
    if source is not None:
        return _many(classifier, _lines(source), as_json=as_json)
    title, _, summary = str(text).strip().partition("\n")
    one = Text(id="", title=title.strip(), summary=summary.strip())
    if as_json:
        click.echo(_json(one, classifier.explain(one).verdict))
    else:
        from digest.cli.commands.why import print_scores

        print_scores(classifier.explain(one))
    return 0


def _classifier(ctx: click.Context) -> Taught:
    from digest import classify
    from digest.config import trend_files
    from digest.model import Lesson
    from digest.services.foreign_phrases import phrases
    from digest.storage.files import jsonl, resources

    place = workspace(ctx)
    known = trend_files.load(resources.trend_texts(place))
    classifier = classify.load(known, resources.model_bytes(), partial(phrases, place, known))
    return Taught(classifier, jsonl.read(place.lessons, Lesson), known)


def _lines(source: str) -> Iterator[_Line]:
    """Each line that is not empty, as soon as it arrives."""
    if source != "-" and not Path(source).is_file():
        raise UsageError(f"--input {source}", "no such file", "name a JSON Lines file, or - for standard input")
    with click.open_file(source, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _parsed(line, f"{'standard input' if source == '-' else source}:{number}")


def _parsed(line: str, place: str) -> _Line:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _Line(error=DigestError(place, f"is not JSON ({error})", 'write {"id", "title", "summary"} on one line'))
    if not isinstance(found, dict) or not isinstance(found.get("title"), str):
        return _Line(error=DigestError(place, "has no title", 'write {"id", "title", "summary"} on one line'))
    given = {key: value for key, value in found.items() if value is not None}
    for key, fits, cause, remedy in _OPTIONAL:
        if key in given and not fits(given[key]):
            return _Line(error=DigestError(place, cause, remedy))
    text = Text(
        id=str(given.get("id", "")),
        title=given["title"],
        summary=given.get("summary") or "",
        kind=given.get("kind", ""),
        on_topic=given.get("on_topic", False),
        hints=tuple(given.get("hints", ())),
        link=given.get("url", ""),
    )
    return _Line(text=text)


def _many(classifier: Taught, lines: Iterator[_Line], *, as_json: bool) -> int:
    """Answer the lines in order. An invalid line costs one line on standard error and makes the exit code 1."""
    broken = 0
    while batch := list(islice(lines, BATCH)):
        broken += _complain(batch)
        texts = [line.text for line in batch if line.text is not None]
        for text, verdict in zip(texts, classifier.classify(texts), strict=True):
            click.echo(_json(text, verdict) if as_json else _told(text, verdict))
    return 1 if broken else 0


def _complain(batch: Iterable[_Line]) -> int:
    errors = [line.error for line in batch if line.error is not None]
    for error in errors:
        click.echo(f"digest: {error}", err=True)
    sys.stderr.flush()
    return len(errors)


def _json(text: Text, verdict: Verdict) -> str:
    labels = [{"id": one.id, "score": one.score, "evidence": list(one.evidence)} for one in verdict.labels]
    return json.dumps({"id": text.id, "trends": labels, "llm": verdict.llm}, ensure_ascii=ascii_only())


def _told(text: Text, verdict: Verdict) -> str:
    """One line for people: id, trends with their words, title."""
    labels = ", ".join(f"{one.id} {one.score:.2f} ({', '.join(one.evidence)})" for one in verdict.labels)
    nothing = "no trend" if verdict.llm else "not about language models"
    return " ".join(one_line(part) for part in (text.id, labels or nothing, "|", text.title) if part)
