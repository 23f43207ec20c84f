"""Folder of labelled texts and read.csv -> rows and what is known of their labels. Keeps no text in the repository."""

import csv
import gzip
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from digest.classify import Text
from digest.config.trend_files import load as load_trends
from digest.feeds.parsing import parse
from digest.model import Trend, Workspace
from digest.storage.files.resources import trend_texts
from training.readings import OTHER, readings

ROOT = Path(__file__).resolve().parent.parent
READ = Path(__file__).with_name("read.csv")
MODEL = ROOT / "src" / "digest" / "classify" / "model.npz"
USES = ("train", "develop", "card", "fresh")


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A text and its labels, the one it is mainly about first; None where nobody read it.

    `either` are labels that one reader of two gave.
    """

    text: Text
    labels: tuple[str, ...] | None = None
    source: str = ""
    either: tuple[str, ...] = ()

    @property
    def on_topic(self) -> bool:
        return self.labels != (OTHER,)

    @property
    def disputed(self) -> bool:
        """Whether one reader takes it for off-topic and the other does not."""
        return self.on_topic and OTHER in self.either


@dataclass(frozen=True, kw_only=True, slots=True)
class Data:
    """`read` and `develop` were read for the making of the model, `card` and `fresh` for its card alone; `listed` are positive-only."""

    corpus: tuple[Row, ...]
    listed: tuple[Row, ...]
    read: tuple[Row, ...]
    develop: tuple[Row, ...]
    card: tuple[Row, ...]  # sources: natural, chosen
    fresh: tuple[Row, ...]  # likewise, and feed
    gold: tuple[Row, ...]


def folder() -> Path | None:
    """Where the labelled texts are; None where there are none."""
    found = Path(os.environ.get("DIGEST_SHARED", ROOT.parent / "shared")) / "data" / "labels"
    return found if found.is_dir() else None


def trends() -> dict[str, Trend]:
    return load_trends(trend_texts(Workspace(root=ROOT)))


def load(place: Path) -> Data:
    corpus = {row.text.id: row for row in _rows(place / "corpus.jsonl.gz")}
    stream = {row.text.id: row for path in sorted((place.parent / "replay").glob("*.gz")) for row in _rows(path)}
    uses = list(_read())
    texts = {**_from_feeds(place.parent / "feeds" / "history"), **stream, **corpus}
    by_use = {use: tuple(replace(row, text=texts[id_].text) for id_, at, row in uses if at == use) for use in USES}
    taken = {_bare(id_) for id_, *_ in uses}
    return Data(
        corpus=tuple(row for id_, row in corpus.items() if _bare(id_) not in taken),
        listed=tuple(_rows(place / "dev.jsonl")),
        read=by_use["train"],
        develop=by_use["develop"],
        card=by_use["card"],
        fresh=by_use["fresh"],
        gold=tuple(_rows(place / "dev_gold.jsonl")),
    )


def _bare(id_: str) -> str:
    """A paper's number without its version, whichever way its id names it; a link's last part."""
    return re.sub(r"v\d+$", "", id_.rpartition("/")[2].rpartition(":")[2])


def _from_feeds(folder: Path) -> dict[str, Row]:
    """What feeds told, by its link."""
    paths = sorted(path for path in folder.glob("*/*") if path.suffix in {".xml", ".json"})
    documents = (parse(path.read_bytes(), url=path.as_uri(), content_type="") for path in paths)
    return {
        entry.link: Row(text=Text(id=entry.link, title=entry.title, summary=entry.summary))
        for document in documents
        for entry in document.entries
    }


def _rows(path: Path) -> Iterator[Row]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            labels = raw.get("labels")
            yield Row(
                text=Text(id=raw["id"], title=raw["title"], summary=raw.get("summary", raw.get("abstract", ""))),
                labels=None if labels is None else tuple(labels),
                source=raw.get("source", ""),
                either=tuple(raw.get("either", ())),
            )


def _read() -> Iterator[tuple[str, str, Row]]:
    """Id, use, and what is known of a text without itself; its source is how it was picked."""
    twice = readings()
    with READ.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            id_, text = row["id"], Text(id=row["id"], title="")
            labels, either = tuple(row["labels"].split()), tuple(row["either"].split())
            if id_ in twice:
                labels, either = twice[id_].shared, twice[id_].either
            yield id_, row["use"], Row(text=text, labels=labels, source=row["picked"], either=either)
