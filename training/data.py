"""Folder of labelled texts and read.csv -> rows and what is known of their labels. Keeps no text in the repository."""

import csv
import gzip
import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from digest.classify import Text
from digest.classify.text import POSTS
from digest.config.trend_files import load as load_trends
from digest.feeds.parsing import parse
from digest.model import Trend, Workspace
from digest.storage.files.resources import trend_texts
from training.readings import OTHER, readings

ROOT = Path(__file__).resolve().parent.parent
READ = Path(__file__).with_name("read.csv")
MODEL = ROOT / "src" / "digest" / "classify" / "model.npz"
USES = ("train", "develop", "card", "fresh", "launches", "later")
BLOGS_SET_ASIDE = ("post olshansk-meta-ai", "post lilianweng")
NO_FEEDS = ("manifest", "arxiv-api-error")
PICKED_POSTS = ("post", "feed")  # how a text came to be read that is no paper


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
    def is_post(self) -> bool:
        return self.text.kind in POSTS

    @property
    def disputed(self) -> bool:
        """Whether one reader takes it for off-topic and the other does not."""
        return self.on_topic and OTHER in self.either


@dataclass(frozen=True, kw_only=True, slots=True)
class Data:
    """`read` and `develop` were read for the making of the model, the others for its card alone.

    `listed` are positive-only.
    """

    corpus: tuple[Row, ...]
    listed: tuple[Row, ...]
    read: tuple[Row, ...]
    develop: tuple[Row, ...]
    card: tuple[Row, ...]  # sources: natural, chosen
    fresh: tuple[Row, ...]  # likewise, and feed
    gold: tuple[Row, ...]
    counted: tuple[Row, ...]  # sources: papers, posts
    launches: tuple[Row, ...]
    later: tuple[Row, ...]  # posts that were read when the model was trained


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
    texts = {**_from_feeds(place.parent / "feeds"), **stream, **corpus}
    by_use = {use: tuple(_filled(row, texts[id_].text) for id_, at, row in uses if at == use) for use in USES}
    only_counted = {_bare(row.text.id) for use in ("card", "fresh") for row in by_use[use]}
    gold = tuple(_rows(place / "dev_gold.jsonl"))
    used, counted = _split(place / "read_2026-11.jsonl", never=only_counted | {_bare(row.text.id) for row in gold})
    taken = {_bare(id_) for id_, *_ in uses} | {_bare(row.text.id) for row in (*used, *counted)}
    unseen = {_bare(row.text.id) for row in counted}
    return Data(
        corpus=tuple(row for id_, row in corpus.items() if _bare(id_) not in taken),
        listed=tuple(row for row in _rows(place / "dev.jsonl") if _bare(row.text.id) not in unseen),
        read=by_use["train"] + used,
        develop=by_use["develop"],
        card=tuple(row for row in by_use["card"] if _bare(row.text.id) not in unseen),
        fresh=tuple(row for row in by_use["fresh"] if _bare(row.text.id) not in unseen),
        gold=gold,
        counted=counted,
        launches=by_use["launches"],
        later=by_use["later"],
    )


def _split(path: Path, *, never: Iterable[str]) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """What may be used of these texts, and what is only counted: of each reason for picking every third text, of posts every second.

    The order is that of a hash, so that neither texts nor labels have a say in it. Two blogs are only counted, so that some of the posts
    are by authors that the model never saw; and so is what counts elsewhere.
    """
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    with path.open(encoding="utf-8") as lines:
        for raw in map(json.loads, lines):
            groups[raw["picked"]].append(raw)
    used: list[Row] = []
    counted: list[Row] = []
    for picked, rows in groups.items():
        rows.sort(key=lambda raw: hashlib.sha256(raw["id"].encode()).hexdigest())
        step = 2 if picked.startswith("post ") else 3
        for number, raw in enumerate(rows):
            is_counted = number % step == 0 or picked in BLOGS_SET_ASIDE or _bare(raw["id"]) in never
            (counted if is_counted else used).append(_read_alone(raw))
    return tuple(used), tuple(counted)


def _read_alone(raw: dict[str, Any]) -> Row:
    """A row of the texts that one reader read in November 2026; its source says paper or post."""
    text = Text(id=raw["id"], title=raw["title"], summary=raw["summary"], kind=raw["kind"], link=raw["id"])
    labels = tuple(raw["labels"]) if raw["llm"] else (OTHER,)
    return Row(text=text, labels=labels, source="posts" if text.kind in POSTS else "papers")


def _filled(row: Row, text: Text) -> Row:
    """A row with its text, which is a post's where it was picked from feeds."""
    post = row.source in PICKED_POSTS
    return replace(row, text=replace(text, kind="post" if post else "paper", link=row.text.id if post else ""))


def _bare(id_: str) -> str:
    """A paper's number without its version, whichever way its id names it; a link's last part."""
    return re.sub(r"v\d+$", "", id_.rstrip("/").rpartition("/")[2].rpartition(":")[2])


def _from_feeds(folder: Path) -> dict[str, Row]:
    """What feeds told, by its link, and by link and title where several entries share a link."""
    found = (path for part in ("real", "history/*") for path in folder.glob(f"{part}/*"))
    paths = sorted(path for path in found if path.suffix in {".xml", ".json"} and path.stem not in NO_FEEDS)
    documents = (parse(path.read_bytes(), url=path.as_uri(), content_type="") for path in paths)
    return {
        key: Row(text=Text(id=key, title=entry.title, summary=entry.summary))
        for document in documents
        for entry in document.entries
        for key in (entry.link, f"{entry.link}#{entry.title.strip()}")
    }


def _rows(path: Path) -> Iterator[Row]:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            raw = json.loads(line)
            labels = raw.get("labels")
            yield Row(
                text=Text(
                    id=raw["id"], title=raw["title"], summary=raw.get("summary", raw.get("abstract", "")), kind="paper"
                ),
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
