"""How much what a reader taught raises the share of their picks in a letter of five minutes.

    python benchmarks/taught.py SHARED [--read]

SHARED holds `picks/week-DATE.jsonl.gz` and the texts that `training/interest.py` learns from. The reader is the human editor: for each week with
ten earlier picks, they have answered "more of this" to the last ten of them, with what the page has checked, and get a letter of five minutes of
that week. The letter is composed as it is without what they taught, by a model of interest that was fitted without the week. Earlier picks that are among
the week's own candidates teach nothing. Prints the picks that the letter names, for the weeks that are only counted (with `--read`: for those that
may be read), with 95 % intervals: of each share by Wilson, of the difference by resampling weeks.
"""

import contextlib
import io
import json
import random
import re
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))
from picks import CONFIG, HOST, Given, feed, interval, ours
from training.interest import READ, Week, basis, title_key, weeks

from digest.api import open_workspace
from digest.classify import Text
from digest.cli import main as digest
from digest.editorial.compose import compose_letter
from digest.editorial.filing import filed_of
from digest.editorial.hand import hand
from digest.editorial.setting import Reader
from digest.model import IssueItem
from digest.render import render_mail
from digest.services.compose import classified
from digest.services.context import Program
from digest.services.teaching import lesson_of
from digest.storage.db.issues import IssueRow
from digest.storage.files import resources
from digest.subscribers import choices

MINUTES = 5
PICKS = 10  # that taught
KINDS = {"what the page has checked": ("trend", "term"), "trends alone": ("trend",), "words alone": ("term",)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """One week: its picks, and how many of them the letter names, without what was taught and with it, by its kind."""

    week: str
    picks: int
    works: int
    before: int
    after: Mapping[str, int]


def taught(program: Program, picks: Sequence[Text], kinds: Sequence[str], titles: Sequence[str]) -> dict[str, float]:
    """The weights of a reader who answered "more of this" to these papers."""
    weights: dict[str, float] = {}
    for text, verdict in zip(picks, program.classifier().classify(list(picks)), strict=True):
        item = IssueItem(id=text.id, title=text.title, url="", trends=verdict.labels)
        lesson = lesson_of(item, program.config, titles)
        for name in lesson.names:
            if name in lesson.first and name.partition(":")[0] in kinds:
                weights[name] = choices.nearer(weights.get(name, 0.0), more=True)
    return weights


def judged(week: Week, earlier: Sequence[Text], scores: Sequence[float]) -> Outcome:
    """The week's letter, without and with what the earlier picks taught."""
    given = Given(by_title={title_key(text): score for text, score in zip(week.texts, scores, strict=True)})
    day = date.fromisoformat(max(week.published)[:10]) + timedelta(days=1)
    at = datetime(day.year, day.month, day.day, 23, tzinfo=UTC)
    picks = {f"{HOST}{number}" for number, pick in enumerate(week.picked) if pick}
    with tempfile.TemporaryDirectory() as name, mock.patch.object(Program, "interest", return_value=given):
        root = Path(name)
        (root / "feeds.yaml").write_text(CONFIG)
        (root / "papers.json").write_text(json.dumps(feed(week)))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            assert digest(["-C", name, "collect", "--at", at.isoformat()]) == 0
        with open_workspace(root, clock=lambda _: at, writes=True) as opened:
            program = opened.context
            row = IssueRow(key=f"{at:%Y}-W00", slot=at, start=None, cutoff=at, state="closed")
            items = program.store.items.window(None, at)
            found = classified(program, row, items, already=lambda _: False, past=(), edited=hand((), ""), asks=False)
            everything = filed_of(found.sifted, found.verdicts, found.setting)
            settings = replace(program.config.digest, minutes=MINUTES)
            own = replace(found.setting, settings=settings)
            titles = [text.title for text in week.texts]
            templates = resources.template_texts(program.workspace)

            def named(weights: Mapping[str, float]) -> set[str]:
                made = compose_letter(everything, own, Reader(weights=weights))
                assert made is not None
                html, _ = render_mail(made[0], templates=templates, baselines=program.trends, base_url="")
                return set(re.findall(rf'href="({HOST}\d+)"', html))

            plain = named({})
            after = {kind: named(taught(program, earlier, kinds, titles)) for kind, kinds in KINDS.items()}
    return Outcome(
        week=week.name,
        picks=len(picks),
        works=len(plain),
        before=len(picks & plain),
        after={kind: len(picks & works) for kind, works in after.items()},
    )


def earlier_picks(found: Sequence[Week], week: Week) -> list[Text]:
    """The last ten picks before a week, without those that are among its candidates."""
    own = {title_key(text) for text in week.texts}
    before = [one for one in found if one.name < week.name]
    picks = {title_key(text): text for one in before for text, pick in zip(one.texts, one.picked, strict=True) if pick}
    return [text for key, text in picks.items() if key not in own][-PICKS:]


def difference(outcomes: Sequence[Outcome], kind: str) -> str:
    """The difference of the shares, with its interval from 10,000 draws of weeks."""
    draw = random.Random(1)
    found = []
    for _ in range(10_000):
        sample = draw.choices(outcomes, k=len(outcomes))
        found.append(sum(one.after[kind] - one.before for one in sample) / sum(one.picks for one in sample))
    low, high = np.quantile(found, [0.025, 0.975])
    total = sum(one.picks for one in outcomes)
    return f"{sum(one.after[kind] - one.before for one in outcomes) / total:+.2f} ({low:+.2f} to {high:+.2f})"


def main() -> None:
    shared = Path(sys.argv[1])
    found = weeks(shared / "picks")
    chosen = [week for week in found if (week.name in READ) == ("--read" in sys.argv)]
    make = ours(found, basis(shared))
    outcomes = []
    for week in chosen:
        earlier = earlier_picks(found, week)
        if len(earlier) < PICKS:
            print(f"{week.name}: only {len(earlier)} earlier picks", flush=True)
            continue
        outcomes.append(judged(week, earlier, make(week).tolist()))
        print(outcomes[-1], flush=True)
    total = sum(one.picks for one in outcomes)
    print(f"without: {interval(sum(one.before for one in outcomes), total)}")
    for kind in KINDS:
        print(f"{kind}: {interval(sum(one.after[kind] for one in outcomes), total)}; {difference(outcomes, kind)}")


if __name__ == "__main__":
    main()
