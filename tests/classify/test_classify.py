"""The classifier: what it answers, the words it names, and what ships."""

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from digest.classify import Classifier, Explanation, Span, Text, TrendScore, load
from digest.classify.classifier import HINT
from digest.classify.linear import pack, shifted, unpack
from digest.classify.second_opinion import check_texts
from digest.classify.text import FORMS, SHORT, TOKEN, parts, tokens
from digest.cli.commands.why import print_scores
from digest.config import trend_files
from digest.model import Trend, Workspace
from digest.storage.files import resources
from support.running import Run

TRENDS = trend_files.load(resources.trend_texts(Workspace(root=Path("nowhere"))))
JAILBREAK = Text(
    id="a",
    title="Jailbreak attacks on large language models",
    summary="We study adversarial prompts that make an aligned language model answer harmful requests, and a defense against them.",
)
CACHE = Text(
    id="b",
    title="Evicting the KV cache for faster LLM inference",
    summary="Speculative decoding and cache eviction raise the throughput of serving large language models.",
)
GALAXIES = Text(
    id="c", title="Dust in distant galaxies", summary="Infrared observations of star formation at high redshift."
)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load(TRENDS, resources.model_bytes())


def test_each_text_gets_its_trend_and_what_is_off_topic_none(classifier: Classifier) -> None:
    verdicts = classifier.classify([JAILBREAK, CACHE, GALAXIES])
    assert [(verdict.labels[0].id if verdict.labels else None, verdict.llm) for verdict in verdicts] == [
        ("robustness", True),
        ("efficiency", True),
        (None, False),
    ]


def test_the_same_texts_get_the_same_verdicts_alone_and_in_a_batch(classifier: Classifier) -> None:
    batch = classifier.classify([JAILBREAK, CACHE, GALAXIES] * 200)
    assert batch[:3] == batch[-3:] == tuple(classifier.classify([text])[0] for text in (JAILBREAK, CACHE, GALAXIES))
    assert batch[0] == classifier.explain(JAILBREAK).verdict


def test_a_brief_explanation_has_the_evidence_of_labels_and_of_what_is_asked_for(classifier: Classifier) -> None:
    texts = [JAILBREAK, CACHE, GALAXIES] * 100
    brief = tuple(classifier.explain_briefly(texts, [("multimodal",)] * len(texts)))
    for text, told in zip(texts[:3], brief[-3:], strict=True):
        whole = classifier.explain(text)
        kept = [
            one if one.id == "multimodal" or one.score >= one.threshold else replace(one, evidence=(), spans=())
            for one in whole.scores
        ]
        assert told == replace(whole, scores=tuple(kept))


def test_evidence_stands_in_the_text_and_is_at_most_eight_words(classifier: Classifier) -> None:
    for text in (JAILBREAK, CACHE):
        (verdict,) = classifier.classify([text])
        for label in verdict.labels:
            assert label.evidence
            assert all(words in f"{text.title} {text.summary}" for words in label.evidence)
            assert sum(len(tokens(words)) for words in label.evidence) <= 8


def test_spans_are_where_the_evidence_stands(classifier: Classifier) -> None:
    source = {str(part): words for part, words in parts(JAILBREAK)}
    told = classifier.explain(JAILBREAK).scores[0]
    assert {source[span.part][span.start : span.end].lower() for span in told.spans} >= {
        words.lower() for words in told.evidence
    }


def test_the_shipped_model_knows_every_packaged_trend_and_is_small(classifier: Classifier) -> None:
    shipped = resources.model_bytes()
    assert shipped is not None
    assert len(shipped) < 3_000_000
    assert classifier._own == ()


def test_the_shipped_model_holds_words_and_no_sentence() -> None:
    shipped = resources.model_bytes()
    assert shipped is not None
    with np.load(io.BytesIO(shipped), allow_pickle=False) as arrays:
        forms = arrays["forms"].tobytes().decode().split("\n")
        assert all(array.dtype.kind in "iuf" for array in arrays.values())
    assert all(TOKEN.fullmatch(form) for form in forms)


def test_the_shipped_model_is_packed_to_the_same_arrays_again() -> None:
    """Each array byte for byte. The headers of the archive around them depend on Python's `zipfile`."""
    shipped = resources.model_bytes()
    assert shipped is not None
    assert _members(pack(unpack(shipped))) == _members(shipped)


def _members(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_word_in_the_plural_is_marked_where_its_singular_is_named(classifier: Classifier) -> None:
    text = Text(id="d", title="A jailbreak of language models", summary="Jailbreaks: each jailbreak is an attack.")
    told = classifier.explain(text).scores[0]
    source = {str(part): words for part, words in parts(text)}
    marked = [source[span.part][span.start : span.end] for span in told.spans]
    assert "jailbreak" in told.evidence
    assert "Jailbreaks" not in told.evidence
    assert marked.count("jailbreak") == 2
    assert marked.count("Jailbreaks") == 1


def test_a_word_that_many_texts_have_may_decide(classifier: Classifier) -> None:
    told = classifier.explain(Text(id="e", title="Agents that plan with tools", summary="An agent of language models."))
    assert (told.scores[0].id, told.scores[0].evidence[0]) == ("agents", "Agents")


def test_an_item_of_a_feed_that_is_on_topic_is_never_off_topic(classifier: Classifier) -> None:
    launch = Text(id="l", title="Introducing Muse Spark 1.1", kind="release")
    told, prior = classifier.explain(launch), classifier.explain(replace(launch, on_topic=True))
    assert (prior.verdict.llm, prior.llm_score) == (True, 1.0)
    assert prior.scores == told.scores
    assert load(TRENDS, None).classify([replace(GALAXIES, on_topic=True)])[0].llm is True


def test_a_feeds_trend_is_likelier_in_its_items_and_of_posts_the_subject_too(classifier: Classifier) -> None:
    post = Text(id="p", title="What we learnt in a year", summary="Notes on how our systems work.", kind="post")
    plain, hinted = classifier.explain(post), classifier.explain(replace(post, hints=("agents", "unknown")))
    scores, raised = ({score.id: score.score for score in told.scores} for told in (plain, hinted))
    assert raised == scores | {"agents": shifted(scores["agents"], HINT)}
    assert hinted.llm_score == shifted(plain.llm_score, HINT)
    paper = replace(post, kind="paper")
    assert classifier.explain(replace(paper, hints=("agents",))).llm_score == classifier.explain(paper).llm_score


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (Text(id="", title="x", summary="y", kind="paper"), "paper"),
        (Text(id="", title="x", kind="paper"), "paper's title"),
        (Text(id="", title="x", summary="y" * SHORT, kind="news"), "post"),
        (Text(id="", title="x", summary="X!", kind="release"), "post's title"),
        (Text(id="", title="x", summary="y" * SHORT), "paper"),
        (Text(id="", title="x", summary="y" * (SHORT - 1)), "post"),
        (Text(id="", title="x"), "paper's title"),
    ],
)
def test_a_text_is_read_by_its_kind_and_without_one_by_its_length(text: Text, form: str) -> None:
    assert FORMS[text.form] == form


def test_a_launch_is_told_alike_whichever_family_it_is_of(classifier: Classifier) -> None:
    launches = [Text(id="", title=f"Introducing {name} 5", kind="release") for name in ("Claude", "Grok", "Gemini")]
    told = [classifier.explain(launch) for launch in launches]
    assert told[0].verdict.llm is True
    assert len({one.llm_score for one in told}) == 1


@pytest.mark.parametrize("summary", ["Jailbreak attacks on language models.", "jailbreak attacks on…", "  "])
def test_a_summary_that_only_repeats_the_title_is_none(classifier: Classifier, summary: str) -> None:
    title = Text(id="t", title="Jailbreak attacks on language models")
    assert classifier.explain(replace(title, summary=summary)) == classifier.explain(title)


def test_a_workspaces_own_trend_stands_beside_the_trained_ones(classifier: Classifier) -> None:
    own = replace(TRENDS["agents"], id="galaxies", name="Galaxies", terms={"galaxies": 3.0, "star formation": 3.0})
    beside = load({**TRENDS, "galaxies": own}, resources.model_bytes())
    found, jailbreak = beside.classify([GALAXIES, JAILBREAK])
    assert [(label.id, label.evidence) for label in found.labels] == [("galaxies", ("galaxies", "star formation"))]
    assert 0.5 <= found.labels[0].score < 0.99
    assert jailbreak == classifier.classify([JAILBREAK])[0]


def test_one_full_term_in_the_title_shows_a_workspaces_own_trend_beside_a_sure_one() -> None:
    own = replace(TRENDS["agents"], id="watermarks", name="Watermarks", terms={"watermark": 3.0})
    beside = load({**TRENDS, "watermarks": own}, resources.model_bytes())
    title, mention = beside.classify(
        [
            Text(id="t", title="Robust watermarks against adversarial attacks on language models"),
            Text(id="m", title="Jailbreaks of language models", summary="Adversarial prompts, and a watermark."),
        ]
    )
    assert {label.id for label in title.labels} >= {"robustness", "watermarks"}
    assert "watermarks" not in {label.id for label in mention.labels}


def test_the_best_trend_is_shown_below_its_threshold_where_none_passes_and_only_it() -> None:
    shipped = resources.model_bytes()
    assert shipped is not None
    model = unpack(shipped)
    thresholds = model.thresholds.copy()
    thresholds[:, : model.heads.index("llm")] = 1.1  # which no score reaches
    strict = load(TRENDS, pack(replace(model, thresholds=thresholds, alone=np.full(len(FORMS), 0.5))))
    told = strict.explain(Text(id="b", title="Reasoning agents with tools", summary=JAILBREAK.summary))
    assert told.scores[1].score > 0.5
    assert [label.id for label in told.verdict.labels] == [told.scores[0].id]
    assert (told.scores[0].threshold, told.scores[1].threshold) == (0.5, 1.1)


def test_without_a_model_the_terms_decide() -> None:
    trend: dict[str, Trend] = {"robustness": TRENDS["robustness"]}
    (verdict,) = load(trend, None).classify([JAILBREAK])
    assert verdict.labels[0].id == "robustness"


@pytest.mark.parametrize(
    "title",
    ["", " ", "\x00\x1b[2J", "大型语言模型的推理", "Обзор моделей", "a" * 1_000_000, "İstanbul’da LLM’ler", "🙂" * 99],
    ids=["empty", "blank", "controls", "Chinese", "Cyrillic", "long", "Turkish", "emoji"],
)
def test_no_text_breaks_it(classifier: Classifier, title: str) -> None:
    text = Text(id="odd", title=title, summary=title)
    assert classifier.explain(text).verdict == classifier.classify([text])[0]


@pytest.mark.parametrize("words", ["Ünïcode—dash, x2y_z", "plain ASCII, 4-bit (INT4)", "a_b__c"])
def test_the_fast_way_of_splitting_finds_what_the_slow_one_does(words: str) -> None:
    assert tokens(words) == [word.lower() for word in TOKEN.findall(words)]


def test_classifying_imports_no_training_library_and_no_network() -> None:
    code = (
        "import sys, digest.classify; print([name for name in ('sklearn', 'scipy', 'aiohttp') if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"


def test_each_line_of_a_file_is_answered_in_the_format_that_others_read(run: Run, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": text.id, "title": text.title, "summary": text.summary}) for text in (JAILBREAK, GALAXIES)
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = run("-C", tmp_path, "classify", "--input", tmp_path / "in.jsonl", "--json")
    first, second = (json.loads(line) for line in ran.out.splitlines())
    assert (ran.code, ran.err) == (0, "")
    assert second == {"id": "c", "trends": [], "llm": False}
    assert list(first) == ["id", "trends", "llm"]
    assert [list(trend) for trend in first["trends"]] == [["id", "score", "evidence"]] * len(first["trends"])
    assert first["trends"][0]["id"] == "robustness"


def test_a_line_may_say_what_its_feed_is_known_for(run: Run, tmp_path: Path) -> None:
    line = {"id": "c", "title": "Team updates", "summary": "A note on our plans."}
    told = [
        line,
        line | {"kind": "release", "on_topic": True, "hints": ["agents"]},
        line | {"kind": None, "hints": None},
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    ran = run("classify", "--input", tmp_path / "in.jsonl", "--json")
    answers = [json.loads(answer) for answer in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert [answer["llm"] for answer in answers] == [False, True, False]
    assert answers[0] == answers[2]


def test_the_host_of_a_posts_link_moves_its_scores_and_a_papers_does_not(classifier: Classifier) -> None:
    def score(kind: str, link: str) -> float:
        text = Text(id="a", title="A new release", summary="It is faster.", kind=kind, link=link)
        return classifier.explain(text).llm_score

    unknown = score("post", "https://nowhere.example/new")
    assert score("post", "https://ollama.com/blog/new") > unknown > score("post", "https://www.pinecone.io/blog/new")
    assert score("post", "") == score("post", "https://[broken") == unknown
    assert score("paper", "https://ollama.com/blog/new") == score("paper", "")


def test_a_known_host_is_named_with_the_scores(classifier: Classifier, capsys: pytest.CaptureFixture[str]) -> None:
    post = Text(id="a", title="A new release", kind="post", link="https://ollama.com/blog/new")
    print_scores(classifier.explain(post))
    print_scores(classifier.explain(replace(post, link="")))
    told = " ".join(capsys.readouterr().out.split())
    assert (
        told.count("posts of ollama.com are more often about language models than their words suggest: +1.3 log-odds")
        == 1
    )
    assert told.count("posts of") == 1


def test_a_line_may_give_the_address_of_its_text(run: Run, tmp_path: Path) -> None:
    line = {"id": "a", "title": "A new release", "summary": "A note on our plans.", "kind": "post"}
    told = [line, line | {"url": "https://ollama.com/blog/a-new-release"}]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, told)), encoding="utf-8")
    ran = run("-C", tmp_path, "classify", "--input", tmp_path / "in.jsonl", "--json")
    assert [json.loads(answer)["llm"] for answer in ran.out.splitlines()] == [False, True]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("summary", 3),
        ("kind", "podcast"),
        ("kind", []),
        ("on_topic", "yes"),
        ("hints", "agents"),
        ("hints", [1]),
        ("url", 5),
    ],
)
def test_a_value_that_does_not_fit_its_key_costs_its_line(run: Run, tmp_path: Path, key: str, value: object) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "c", "title": "x", key: value}), encoding="utf-8")
    ran = run("classify", "--input", tmp_path / "in.jsonl", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith(f"digest: {tmp_path / 'in.jsonl'}:1: ")
    assert key.replace("_", " ").rstrip("s") in ran.err.replace("_", " ")


def test_a_broken_line_is_named_and_the_rest_goes_on(run: Run, tmp_path: Path) -> None:
    good = json.dumps({"id": "c", "title": GALAXIES.title})
    (tmp_path / "in.jsonl").write_text(
        f'{good}\n{{"id": \n\n[1]\n{{"title": "x", "summary": 3}}\n{good}\n', encoding="utf-8"
    )
    ran = run("classify", "--input", tmp_path / "in.jsonl", "--json")
    assert ran.code == 1
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["c", "c"]
    assert [line.split(": ")[1].rsplit(":", 1)[1] for line in ran.err.splitlines()] == ["2", "4", "5"]


def test_one_text_is_explained_and_no_text_is_a_usage_error(run: Run) -> None:
    assert "robustness" in run("classify", JAILBREAK.title).out
    answer: dict[str, Any] = run("classify", f"{JAILBREAK.title}\n{JAILBREAK.summary}", "--json").json
    assert answer["llm"] is True
    assert run("classify").code == 2
    assert run("classify", "--input", "nowhere.jsonl").code == 2


def test_the_shipped_model_keeps_its_accuracy_on_clean_labels(classifier: Classifier, shared: Path) -> None:
    """Floors against regressions, below what was measured; docs/notebook/accuracy.md says what is aimed at."""
    rows = [json.loads(line) for line in (shared / "data/labels/dev_gold.jsonl").read_text("utf-8").splitlines()]
    verdicts = classifier.classify([Text(id=row["id"], title=row["title"], summary=row["summary"]) for row in rows])
    given = [[label.id for label in verdict.labels] for verdict in verdicts]
    told = [(row["labels"], labels) for row, labels in zip(rows, given, strict=True)]
    scores = []
    for trend in {label for row in rows for label in row["labels"]} - {"other"}:
        right = sum(trend in labels and trend in found for labels, found in told)
        total = sum((trend in labels) + (trend in found) for labels, found in told)
        scores.append(2 * right / total)
    hits = [labels[:1] != [] and labels[0] in row["labels"] for row, labels in zip(rows, given, strict=True)]
    on_topic = [row["labels"] != ["other"] for row in rows]
    assert sum(scores) / len(scores) >= 0.75
    assert _share(hits, [on and row["labels"] != [] for on, row in zip(on_topic, rows, strict=True)]) >= 0.87
    assert _share([verdict.llm for verdict in verdicts], on_topic) >= 0.93
    assert _share([not verdict.llm for verdict in verdicts], [not on for on in on_topic]) >= 0.75


def test_deleting_the_evidence_takes_most_labels_away(classifier: Classifier, shared: Path) -> None:
    """A floor, as above."""
    rows = [json.loads(line) for line in (shared / "data/labels/dev_gold.jsonl").read_text("utf-8").splitlines()[:60]]
    assert _left(classifier, [Text(id=row["id"], title=row["title"], summary=row["summary"]) for row in rows]) <= 0.1


def test_deleting_the_evidence_takes_most_labels_of_short_texts_away(classifier: Classifier) -> None:
    papers = [one.text for one in check_texts(resources.check_texts()) if one.text.kind == "paper"]
    assert _left(classifier, papers) <= 0.15


def _left(classifier: Classifier, texts: Sequence[Text]) -> float:
    """The share of labels that stay when the words of their evidence are deleted."""
    asked = [(text, score) for text in texts for score in _shown(classifier.explain(text))]
    assert all(sum(len(tokens(words)) for words in told.evidence) <= 8 for _, told in asked)
    left = [_is_given(classifier, _without(text, told.spans), told.id) for text, told in asked]
    return sum(left) / len(left)


def _shown(told: Explanation) -> list[TrendScore]:
    given = {label.id for label in told.verdict.labels}
    return [score for score in told.scores if score.id in given]


def _is_given(classifier: Classifier, text: Text, trend: str) -> bool:
    (verdict,) = classifier.classify([text])
    return trend in [label.id for label in verdict.labels]


def _without(text: Text, spans: Sequence[Span]) -> Text:
    left = {str(part): list(words) for part, words in parts(text)}
    for span in spans:
        left[span.part][span.start : span.end] = " " * (span.end - span.start)
    return Text(id=text.id, title="".join(left["title"]), summary="".join(left["summary"]))


def _share(right: Sequence[bool], of: Sequence[bool]) -> float:
    return sum(one and counts for one, counts in zip(right, of, strict=True)) / sum(of)


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("Introducing Claude Opus 9", True),
        ("Qwen9 is now available with open weights", True),
        ("Codex subagents in the terminal", True),
        ("A new text-to-speech model", True),
        ("We raised a Series C at a valuation of four billion", False),
        ("Scaling our Kubernetes clusters to more nodes", False),
        ("A robot hand learns to turn a cube in simulation", False),
        ("Our vector database has single sign-on", False),
        ("A faster Rust compiler", False),
        ("A protein that repairs DNA", False),
        ("An open-source stethoscope", False),
    ],
)
def test_what_a_posts_subject_is_called_tells_whether_it_is_about_language_models(
    classifier: Classifier, title: str, about: bool
) -> None:
    (verdict,) = classifier.classify([Text(id="a", title=title, kind="post", link="https://nowhere.example/new")])
    assert verdict.llm is about
