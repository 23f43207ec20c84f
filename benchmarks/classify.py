"""Classifying a batch of 10,000 texts on one core: texts a second, peak memory, and loading the model beside numpy.

OMP_NUM_THREADS=1 python benchmarks/classify.py [FOLDER OF LABELLED TEXTS]
"""

import gzip
import json
import os
import resource
import statistics
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from digest.classify import Text, load
from digest.config import trend_files
from digest.model import Workspace
from digest.storage.files import resources

RUNS = 5
TEXTS = 10_000


def texts(folder: Path) -> list[Text]:
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line, _ in zip(lines, range(TEXTS), strict=False)]
    return [Text(id=row["id"], title=row["title"], summary=row["summary"]) for row in rows]


def spread(seconds: list[float]) -> str:
    return f"min {min(seconds):.4g}, median {statistics.median(seconds):.4g}, max {max(seconds):.4g}"


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data/labels")
    known = trend_files.load(resources.trend_texts(Workspace(root=Path("nowhere"))))
    model = resources.model_bytes()
    loading = []
    for _ in range(RUNS):
        start = time.process_time()
        classifier = load(known, model)
        loading.append(1000 * (time.process_time() - start))
    batch = texts(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rates = []
    for _ in range(RUNS):
        start = time.process_time()
        classifier.classify(batch)
        rates.append(len(batch) / (time.process_time() - start))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"numpy {np.__version__}, {len(batch):,} texts of {sum(len(t.summary) for t in batch) // len(batch)} characters"
    )
    print(f"texts per second of one core: {spread(rates)}")
    print(f"loading the model, ms of processor time: {spread(loading)}")
    print(f"peak memory: {peak:.0f} MB, of which {before:.0f} MB before classifying, the texts included")


if __name__ == "__main__":
    main()
