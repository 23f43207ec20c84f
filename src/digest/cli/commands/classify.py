"""`digest classify [TEXT]`: trends with the words that decided; one text or a file of them."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import click

from digest.classify import Taught, Text
from digest.cli.common import json_option, workspace
from digest.errors import DigestError, UsageError
from digest.model import Verdict
from digest.text.clean import one_line

BATCH = 1_000  # lines that are read before the first of them is answered
KINDS = ("paper", "release", "post", "news")

# Keys that a line may leave out: what fits, and what is said of a value that does not.
_OPTIONAL: tuple[tuple[str, Callable[[Any], bool], str, str], ...] = (
    (
        "summary",
        lambda value: isinstance(value, str) or not value,
        "the summary is no text",
        "write it in quotes, or leave it out",
    ),
    (
        "kind",
        lambda value: value in ("", *KINDS),
        "an unknown kind",
        f"write one of {', '.join(KINDS)}, or leave it out",
    ),
    (
        "on_topic",
        lambda value: isinstance(value, bool),
        "on_topic is not true or false",
        "write one of them, or leave it out",
    ),
    (
        "hints",
        lambda value: isinstance(value, list) and all(isinstance(one, str) for one in value),
        "the hints are no list of trends",
        'write ["agents"], say, or leave them out',
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """One line of the input: its text, or what is wrong with it."""

    text: Text | None = None
    error: DigestError | None = None


@click.command("classify")
@click.argument("text", required=False)
@click.option(
    "--input",
    "source",
    metavar="FILE",
    help='One text a line: {"id", "title", "summary"}, optionally "kind", "on_topic" and "hints"; - is standard input.',
)
@json_option
@click.pass_context
def command(ctx: click.Context, text: str | None, source: str | None, as_json: bool) -> int:
    """The trends of a text, with the words that decided. The first line of TEXT is its title, the rest its summary."""
    if (text is None) == (source is None):
        raise UsageError("classify", "expected one text or --input", "give a title in quotes, or `--input FILE.jsonl`")
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
    from digest.storage.files import jsonl, resources

    place = workspace(ctx)
    known = trend_files.load(resources.trend_texts(place))
    return Taught(classify.load(known, resources.model_bytes()), jsonl.read(place.lessons, Lesson), known)


def _lines(source: str) -> Iterator[_Line]:
    """Each line that is not empty, read as it comes."""
    if source != "-" and not Path(source).is_file():
        raise UsageError(f"--input {source}", "no such file", "name a file of JSON lines, or - for standard input")
    with click.open_file(source, encoding="utf-8", errors="replace") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield _parsed(line, f"{'standard input' if source == '-' else source}:{number}")


def _parsed(line: str, place: str) -> _Line:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _Line(error=DigestError(place, f"not JSON ({error})", 'write {"id", "title", "summary"} on one line'))
    if not isinstance(found, dict) or not isinstance(found.get("title"), str):
        return _Line(error=DigestError(place, "no title", 'write {"id", "title", "summary"} on one line'))
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
    )
    return _Line(text=text)


def _many(classifier: Taught, lines: Iterator[_Line], *, as_json: bool) -> int:
    """Answer each line in order; a line that is broken costs one line on standard error, and exit 1."""
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
    return json.dumps({"id": text.id, "trends": labels, "llm": verdict.llm}, ensure_ascii=False)


def _told(text: Text, verdict: Verdict) -> str:
    """One line for people: the id, the trends with their words, the title."""
    labels = ", ".join(f"{one.id} {one.score:.2f} ({', '.join(one.evidence)})" for one in verdict.labels)
    nothing = "no trend" if verdict.llm else "not about language models"
    return " ".join(one_line(part) for part in (text.id, labels or nothing, "|", text.title) if part)
