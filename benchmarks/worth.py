"""How well the order of papers agrees with readers who marked how much they want to know of each, beside TF-IDF and ridge regression.

    python benchmarks/worth.py SHARED

The papers are those of `training/worth.csv` that no fit may look at: announced on arXiv from 1 to 12 June 2026, marked 0 to 3 from title and
abstract. SHARED holds their texts. Prints the area under the curve for papers marked 2 or more, and how many of the best tenth these are.
"""

import sys
from pathlib import Path

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import Ridge
from sklearn.metrics import roc_auc_score

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
from training.fit import Floats
from training.interest import MODEL
from training.worth import Marked, marked

from digest.editorial.interest import load


def report(name: str, scores: Floats, marks: Floats) -> None:
    good, tenth = marks >= 2, np.argsort(-scores, kind="stable")[: len(marks) // 10]
    print(
        f"{name}: area {roc_auc_score(good, scores):.3f}; of the best tenth {good[tenth].mean():.2f} are marked 2 or more"
    )


def rival(fitted: Marked, counted: Marked) -> Floats:
    vectors = TfidfVectorizer(ngram_range=(1, 2), min_df=2, max_df=0.3, sublinear_tf=True, stop_words="english")
    told, judged = ([f"{text.title}. {text.summary}" for text in part.texts] for part in (fitted, counted))
    return np.asarray(Ridge().fit(vectors.fit_transform(told), fitted.marks).predict(vectors.transform(judged)))


def main() -> None:
    papers = Path(sys.argv[1]) / "replay"
    fitted, counted = marked(papers, "fitted"), marked(papers, "counted")
    print(f"{len(counted.marks)} papers, {(counted.marks >= 2).mean():.2f} of them marked 2 or more")
    report("digest", np.array(load(MODEL.read_bytes()).scores(counted.texts)), counted.marks)
    report("TF-IDF and ridge regression", rival(fitted, counted), counted.marks)


if __name__ == "__main__":
    main()
