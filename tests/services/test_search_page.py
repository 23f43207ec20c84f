"""The search page of an archive finds what `digest search` finds, whatever the query and its script."""

import json
import random
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from digest.cli import main
from digest.model import Workspace
from digest.storage.db import located, open_store
from digest.storage.db.search import Query
from digest.text.clean import anchor
from support.browsing import opened_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]
KEY = "2026-W27"
TEXTS = (
    ("Quantized agents: running LLMs on phones", "We quantize weights to 4 bits, running faster by 38 %. Café and naïve baselines fail."),
    ("Quantization, revisited for state-space models", "State space models and state-of-the-art transformers. C++ and .NET bindings."),
    ("Mamba: Linear-Time Sequence Modeling", "Selective state spaces scale linearly. Models of language; hopping, hopeful hopes."),
    ("한국어 토크나이저를 다시 만들며 배운 것", "같은 문장이라도 한국어는 영어보다 토큰이 1.7배 더 들었습니다. 조사와 어미를 따로 배웠습니다."),
    ("LLM 에이전트는 왜 도구를 두 번 부르는가", "에이전트의 실행 기록 1,200건을 살펴보니 실패한 작업의 38%에서 호출이 되풀이되었습니다."),
    ("大语言模型的推理能力", "我们研究大语言模型的推理能力，并发布 Qwen3 的技术报告。"),
    ("言語モデルのための小さな語彙", "ガイドラインとｶﾞｲﾄﾞ。トークナイザを学習する。"),
    ("Обучение языковых моделей", "Мы обучаем модель и её токенизатор. Йод и ёлка."),
    ("Γλωσσικά μοντέλα και Ελληνικά", "Η γλώσσα των μοντέλων· ένα μικρό μοντέλο."),
    ("Modèles de langue à Montréal", "Les modèles ouverts; l’apprentissage des données. Größe, Straße, œuvre."),
    ("ＦＵＬＬ ｗｉｄｔｈ ＧＰＴ４ letters", "Full-width Latin is the same word. ﬁne-tuning with ligatures."),
    ("نماذج اللغة الكبيرة", "نموذج لغوي مفتوح المصدر."),
    ("מודלי שפה גדולים", "מודל שפה פתוח."),
    ("Reasoning with $O(n \\log n)$ attention", "Attention with \\emph{linear} cost; 90% of $\\alpha$-models agree. Agreed, agreeing."),
    ("A policy of polices: policing policies", "Relational relations relate; generalization in general, generals generally."),
)  # fmt: skip
AUTHORS = ("Ada Byron", "José García", "김하늘", "Ελένη Παππά", "Li Wei", "Grace O'Hopper")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace whose only issue has items in many scripts."""
    root = tmp_path_factory.mktemp("scripts")
    items = [
        {"id": f"https://example.org/{n}", "url": f"https://example.org/{n}", "title": title, "content_text": text,
         "authors": [{"name": name} for name in (*AUTHORS[n % 6 :], *AUTHORS[: n % 6])]}
        for n, (title, text) in enumerate(TEXTS)
    ]  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Scripts", "items": items}
    (root / "f.json").write_text(json.dumps(feed, ensure_ascii=False), "utf-8")
    (root / "feeds.yaml").write_text(
        "digest: {lookback: 300d, max_age: 300d}\nfeeds:\n  - {name: F, url: f.json, kind: papers, on_topic: true}\n"
    )
    assert main(["-C", str(root), "build", "--at", "2026-06-29T08:00"]) == 0
    return root


def test_page_and_terminal_find_the_same(place: Path, browser: Any) -> None:
    queries = [*BY_HAND, *_drawn(random.Random(2026), 400)]
    page = (place / "archive" / "search" / "index.html").as_uri()
    with open_store(located(Workspace(root=place))) as store, opened_page(browser, page) as tab:
        told = [
            sorted(anchor(hit.card.id) for hit in store.catalogue.search(Query(text=text, limit=500))[0])
            for text in queries
        ]
        found = tab.page.evaluate(_SEARCH, queries)
        problems = tab.problems
    differing = {text: (one, other) for text, one, other in zip(queries, told, found, strict=True) if one != other}
    assert (differing, problems) == ({}, []), "\n".join(f"{k!r} {v}" for k, v in differing.items())
    assert sum(map(bool, told)) > len(queries) / 3


BY_HAND = (
    "quantized", "quantiz*", "quant*", "qu*", '"state space"', '"space state"', "state-space", "STATE Space", "agents phones", "agent*",
    "토크나이저", "토크나이", "한국어는", "에이전트", '"도구를 두"', "推理", "語彙", "ガイド", "ｶﾞｲﾄﾞ", "модель", "моделей", "ёлка", "елка", "йод",
    "μοντέλα", "μοντελα", "ΜΟΝΤΕΛΑ", "modeles", "Modèles", "montreal", "größe", "grosse", "strasse", "œuvre", "gpt4", "ＧＰＴ４", "fine", "ﬁne",
    "נ", "שפה", "لغة", "نماذج", "C++", ".NET", "38 %", "38%", "1,200", "1.7", "o'hopper", "hopper", "김하늘", "하늘", "Παππά", "garcia",
    "", "*", '"', "AND", "OR NOT", "NEAR(a b)", "title:mamba", "-mamba", "(mamba", "policies", "police", "general*", "generali*", '"running llms" weights',
)  # fmt: skip


def _drawn(rng: random.Random, count: int) -> Iterator[str]:
    """Queries made of what the items say: whole words and pieces of them, phrases, prefixes, other spellings."""
    spellings = (
        str,
        str.upper,
        str.lower,
        lambda text: unicodedata.normalize("NFD", text),
        lambda text: unicodedata.normalize("NFKD", text),
        lambda text: text + "*",
        lambda text: f'"{text}"',
        lambda text: f'"{text}"*',
        lambda text: text + "s",
    )
    for _ in range(count):
        terms = []
        for _ in range(rng.choice((1, 1, 1, 2, 3))):
            words = " ".join(rng.choice(TEXTS)).split()
            start = rng.randrange(len(words))
            text = " ".join(words[start : start + rng.choice((1, 1, 1, 2, 3))])
            if rng.random() < 0.4:
                begin = rng.randrange(len(text))
                text = text[begin : begin + rng.randrange(1, 8)]
            terms.append(rng.choice(spellings)(text))
        yield " ".join(terms)


_SEARCH = """(queries) => new Promise((done) => {
  const words = document.getElementById("words");
  const look = (query) => {
    words.value = query;
    words.dispatchEvent(new Event("input"));
    return [...document.querySelectorAll("#found a")].map((one) => one.getAttribute("href").split("#")[1]).sort();
  };
  look("a");
  setTimeout(() => done(queries.map(look)), 500);
})"""
