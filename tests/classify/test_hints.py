"""What a feed's configuration says of its texts, and what feeds write where a summary should stand."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from digest.classify import Classifier, Text, load
from digest.config import trend_files
from digest.model import Workspace
from digest.services.foreign_phrases import phrases
from digest.storage.files import resources

PLACE = Workspace(root=Path("nowhere"))
TRENDS = trend_files.load(resources.trend_texts(PLACE))
TITLE = "Introducing Falcon Rocket 3, a faster model"


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return load(TRENDS, resources.model_bytes(), partial(phrases, PLACE, TRENDS))


@pytest.mark.parametrize(
    "summary",
    [
        f"<p>{TITLE.replace('faster', '<b>faster</b>')}</p>",
        "Falcon Rocket 3: a faster model. Read more",
        f"New post: {TITLE}",
        f"{TITLE} | Rocket Labs",
        f"The post {TITLE} appeared first on Rocket Labs Blog.",
        f"<p>The post <a href='https://x.example/y?utm=1'>{TITLE}</a> appeared first on <a href='https://x.example'>Rocket Labs</a>.</p>",
        "Introducing Falcon Rocket 3, a fast…",
        "https://x.example/falcon-rocket-3",
        "Comments",
        "Read the full article&hellip;",
    ],
)
def test_a_summary_that_repeats_the_title_in_another_dress_is_none(classifier: Classifier, summary: str) -> None:
    title = Text(id="t", title=TITLE, kind="release")
    assert classifier.explain(replace(title, summary=summary)) == classifier.explain(title)


@pytest.mark.parametrize(
    "summary",
    [
        "Falcon Rocket 3 writes code.",
        "It reads images.",
        f"{TITLE}, with open weights",
        "Agents everywhere | Rocket Labs",
    ],
)
def test_a_summary_that_adds_a_word_is_one(summary: str) -> None:
    assert Text(id="t", title=TITLE, summary=summary).body == summary


@pytest.mark.parametrize("summary", [" " * 10**6, "<" * 10**6, "a - " * 10**5, "https://" * 10**5])
def test_a_long_summary_costs_no_more_than_its_beginning(summary: str) -> None:
    assert len(Text(id="t", title="x" * 10**6, summary=summary).body) <= 2_400


@pytest.mark.parametrize(
    ("title", "trend"),
    [
        ("通义千问 3 开源", "open-source"),
        ("Kimi K3：长上下文智能体", "agents"),
        ("推理模型的强化学习", "reasoning"),
        ("大型語言模型的越獄與紅隊測試", "robustness"),
        ("端侧大模型的量化", "small-quantized"),
        ("大規模言語モデルの量子化", "small-quantized"),
        ("LLMエージェントのツール呼び出し", "agents"),
        ("プロンプトインジェクションへの対策", "robustness"),
        ("온디바이스 AI 모델 경량화", "small-quantized"),
    ],
)
def test_a_title_in_another_language_gets_its_trend(classifier: Classifier, title: str, trend: str) -> None:
    (verdict,) = classifier.classify([Text(id="t", title=title, kind="post")])
    assert (verdict.llm, verdict.by_terms) == (True, True)
    assert verdict.labels[0].id == trend


@pytest.mark.parametrize(
    ("title", "about"),
    [
        ("豆包 2.0 上线", True),
        ("카나나 2 공개", True),
        ("SK텔레콤 에이닷 엑스 공개", True),
        ("小米新款手机发布", False),
        ("人工智能芯片出口", False),
        ("삼성 신제품 스마트폰", False),
        ("新しいスマートフォンを発売", False),
        ("Wie große Sprachmodelle über sich selbst sprechen", True),
        ("Les modèles de langue et la mémoire", True),
        ("Cómo evaluar los modelos de lenguaje", True),
        ("Come valutare i modelli linguistici", True),
        ("Como avaliar os modelos de linguagem", True),
        ("Как проверить большие языковые модели", True),
        ("Wie die Stadt über ihre neue Brücke spricht", False),
        ("Новый мост через реку", False),
    ],
)
def test_a_title_in_another_language_is_kept_by_the_names_in_it(
    classifier: Classifier, title: str, about: bool
) -> None:
    assert classifier.classify([Text(id="t", title=title, kind="post")])[0].llm is about


def test_a_feeds_trend_counts_for_a_post_in_another_language(classifier: Classifier) -> None:
    untold, other, term = (
        Text(id="t", title=title, kind="post")
        for title in ("Claude로 코딩하기", "클로드의 멀티모달 기능", "공장을 돌보는 에이전트")
    )
    plain, hinted = (
        classifier.classify([replace(one, hints=hints) for one in (untold, other, term)]) for hints in ((), ("agents",))
    )
    assert [[label.id for label in one.labels] for one in plain] == [[], ["multimodal"], []]
    assert [[label.id for label in one.labels] for one in hinted] == [["agents"], ["multimodal"], ["agents"]]
    assert [one.llm for one in plain] == [True, True, False]
    assert [one.llm for one in hinted] == [True, True, True]


def test_a_feeds_trend_alone_makes_no_post_and_no_paper_one_about_language_models(classifier: Classifier) -> None:
    post = Text(id="t", title="공장을 새로 지었습니다", kind="post", hints=("agents",))
    paper = Text(id="t", title="공장을 돌보는 에이전트", kind="paper", hints=("agents",))
    assert [one.llm for one in classifier.classify([post, paper])] == [False, False]
