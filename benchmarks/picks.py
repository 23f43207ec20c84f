"""How many of a human editor's picks readers get: each week built end to end by `digest build`, beside a rival composed by the same code.

    python benchmarks/picks.py SHARED [--read]

SHARED holds `picks/week-DATE.jsonl.gz` and the texts that `training/interest.py` learns from. Every candidate of a week's file comes in one
feed, in one window, into a workspace of its own. Whatever is fitted is fitted without the week that is judged. Prints, for the weeks that
are only counted (with `--read`: for those that may be read), recall at so many of the order, and the picks in the mail, in "Read first",
and folded, with 95 % intervals (Wilson). The rival is TF-IDF and logistic regression in place of `digest.editorial.interest`.
"""

import contextlib
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from training.interest import READ, Week, basis, fit, title_key, weeks

from digest.classify import Text
from digest.cli import main as digest
from digest.editorial.interest import load
from digest.services.context import Program

Scores = NDArray[np.float64]
CUTS = (20, 50, 100, 200)
HOST = "https://papers.example/"
CONFIG = """
digest: {title: Picks, timezone: UTC, schedule: "mon 08:00", lookback: 30d}
feeds:
  - {name: Papers, url: papers.json, kind: papers, max_items: 20000}
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """Scores that were made beforehand, in place of `Interest`."""

    by_title: dict[str, float]

    def scores(self, texts: Sequence[Text]) -> tuple[float, ...]:
        return tuple(self.by_title[title_key(text)] for text in texts)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One week's picks: their places in the order, and how many stand where in the issue."""

    places: tuple[int, ...]
    mail: int
    first: int
    folded: int
    titles: int  # works that the mail names


def ours(found: Sequence[Week], about: Any) -> Callable[[Week], Scores]:
    return lambda week: np.array(load(fit(about, found, without=week)).scores(week.texts))


def tfidf(found: Sequence[Week], spread: dict[str, float]) -> Callable[[Week], Scores]:
    """TF-IDF and logistic regression on picked or not, brought to the spread of our scores."""

    def scores(week: Week) -> Scores:
        hidden = {title_key(text) for text in week.texts}
        rows = [
            (text, pick)
            for other in found
            for text, pick in zip(other.texts, other.picked, strict=True)
            if title_key(text) not in hidden
        ]
        vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=3, max_df=0.3, sublinear_tf=True, stop_words="english")
        told = vectors.fit_transform([f"{text.title}. {text.summary}" for text, _ in rows])
        model = LogisticRegression(C=10, class_weight="balanced", max_iter=500)
        model.fit(told, [pick for _, pick in rows])
        found_ = model.decision_function(vectors.transform([f"{t.title}. {t.summary}" for t in week.texts]))
        return np.asarray((found_ - found_.mean()) / found_.std() * spread[week.name])

    return scores


def built(week: Week, scores: Scores) -> Outcome:
    """The week's issue, composed by these scores."""
    given = Given(by_title={title_key(text): score for text, score in zip(week.texts, scores.tolist(), strict=True)})
    slot = date.fromisoformat(max(week.published)[:10]) + timedelta(days=1)
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / "feeds.yaml").write_text(CONFIG)
        (root / "papers.json").write_text(json.dumps(feed(week)))
        output = io.StringIO()
        with contextlib.redirect_stdout(output), mock.patch.object(Program, "interest", return_value=given):
            code = digest(["-C", name, "build", "--at", f"{slot}T23:00", "--json"])
        assert code == 0, output.getvalue()
        paths = json.loads(output.getvalue())["paths"]
        issue = json.loads(Path(paths["issue.json"]).read_text())
        mail = Path(paths["issue.json"]).with_name("email.html").read_text()
    picks = {number for number, pick in enumerate(week.picked) if pick}
    named = {int(found) for found in re.findall(rf'href="{HOST}(\d+)"', mail)}
    first = [issue["lead"], *issue["read_first"]]
    held = set(numbers(issue["trends"])) | set(numbers(issue["also_noted"]))
    order = np.argsort(-scores, kind="stable").tolist()
    return Outcome(
        places=tuple(order.index(pick) + 1 for pick in picks),
        mail=len(picks & named),
        first=len(picks & set(numbers(first))),
        folded=len(picks & held - named),
        titles=len(named),
    )


def feed(week: Week) -> dict[str, Any]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Papers",
        "items": [
            {
                "id": f"{HOST}{number}",
                "url": f"{HOST}{number}",
                "title": text.title,
                "content_text": text.summary,
                "date_published": f"{published[:10]}T00:00:00Z",
            }
            for number, (text, published) in enumerate(zip(week.texts, week.published, strict=True))
        ],
    }


def numbers(value: object) -> Iterator[int]:
    """The papers that a part of an issue holds, whichever way it names them."""
    yield from map(int, re.findall(rf"{HOST}(\d+)\"", json.dumps(value)))


def interval(hits: int, of: int) -> str:
    """`7 of 36, 0.19 (0.10 to 0.35)`, by Wilson."""
    z, share = 1.96, hits / of
    centre, half = share + z * z / (2 * of), z * np.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = ((centre + sign * half) / (1 + z * z / of) for sign in (-1, 1))
    return f"{hits} of {of}, {share:.2f} ({low:.2f} to {high:.2f})"


def report(name: str, outcomes: Sequence[Outcome]) -> None:
    places = [place for one in outcomes for place in one.places]
    recalls = ", ".join(f"{np.mean([place <= cut for place in places]):.2f} at {cut}" for cut in CUTS)
    print(f"{name}: {recalls}; mean place {np.mean(places):.0f}")
    print(f"  in the mail: {interval(sum(one.mail for one in outcomes), len(places))}")
    print(
        f"  read first: {sum(one.first for one in outcomes)}; folded: {sum(one.folded for one in outcomes)}", end="; "
    )
    print(f"works named by a mail: {np.mean([one.titles for one in outcomes]):.0f}", flush=True)


def main() -> None:
    shared = Path(sys.argv[1])
    found = weeks(shared / "picks")
    judged = [week for week in found if (week.name in READ) == ("--read" in sys.argv)]
    print(
        f"{len(judged)} weeks, {sum(len(week.texts) for week in judged):,} candidates: {', '.join(w.name for w in judged)}"
    )
    make = ours(found, basis(shared))
    scored = {week.name: make(week) for week in judged}
    report("digest", [built(week, scored[week.name]) for week in judged])
    rival = tfidf(found, {name: float(scores.std()) for name, scores in scored.items()})
    report("TF-IDF and logistic regression", [built(week, rival(week)) for week in judged])


if __name__ == "__main__":
    main()
