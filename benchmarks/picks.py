"""How well the ranking finds what a human editor picked: leaving one week out, beside simpler orders, in one run.

    python benchmarks/picks.py FOLDER      files week-DATE.jsonl.gz of rows {"title", "summary", "published", "pick"}

Prints recall at 20, 50, 100 and 200 of a week's candidates over all picks, and their mean rank.
"""

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from training.interest import Week, fit, weeks

Scores = NDArray[np.float64]

CUTS = (20, 50, 100, 200)
TOPIC = re.compile(
    r"\b(?:llms?|language models?|agents?|agentic|reasoning|reinforcement learning|transformers?)\b", re.IGNORECASE
)


def ours(found: Sequence[Week], left_out: Week) -> Scores:
    """The signals, fitted to the other weeks."""
    others = [week for week in found if week is not left_out]
    return left_out.matrix() @ fit([week.matrix() for week in others], [week.picked for week in others])


def tfidf(found: Sequence[Week], left_out: Week) -> Scores:
    """TF-IDF and logistic regression on picked or not."""
    others = [week for week in found if week is not left_out]
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=3, max_df=0.3, sublinear_tf=True, stop_words="english")
    told = vectors.fit_transform([text for week in others for text in texts(week)])
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=500)
    model.fit(told, np.concatenate([week.picked for week in others]))
    scores: Scores = model.decision_function(vectors.transform(texts(left_out)))
    return scores


def topic_words(_: Sequence[Week], left_out: Week) -> Scores:
    return np.array([len(TOPIC.findall(text)) for text in texts(left_out)], dtype=float)


def newest_first(_: Sequence[Week], left_out: Week) -> Scores:
    return np.argsort(np.argsort(left_out.published, kind="stable"), kind="stable").astype(float)


def at_random(_: Sequence[Week], left_out: Week) -> Scores:
    return np.random.default_rng(0).random(len(left_out.picked))


def texts(week: Week) -> list[str]:
    return [f"{title}. {summary}" for title, summary in zip(week.titles, week.summaries, strict=True)]


def main() -> None:
    found = weeks(Path(sys.argv[1]))
    print(
        f"{len(found)} weeks, {sum(len(week.picked) for week in found)} candidates, {sum(week.picked.sum() for week in found)} picks"
    )
    print(f"{'':24}{''.join(f'   @{cut:<4}' for cut in CUTS)}  mean rank")
    for method in (ours, tfidf, topic_words, newest_first, at_random):
        ranks = []
        for week in found:
            scores = method(found, week)
            place = np.empty(len(scores), dtype=int)
            place[np.argsort(-scores, kind="stable")] = np.arange(1, len(scores) + 1)
            ranks += list(place[week.picked])
        recalls = "".join(f"   {np.mean([rank <= cut for rank in ranks]):.2f} " for cut in CUTS)
        print(f"{method.__name__:24}{recalls}  {np.mean(ranks):.0f}", flush=True)


if __name__ == "__main__":
    main()
