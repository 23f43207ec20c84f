"""Which language a title is in, as far as its letters and small words tell."""

import pytest

from digest.text.languages import foreign, language_of


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Scaling laws for the small models that we use", "en"),
        ("Large Enough", ""),
        ("코히어, 서울에 APAC 허브 설립 발표", "ko"),
        ("通义千问", "zh"),
        ("言語モデルのための小さな語彙", "ja"),
        ("Обучение моделей", "ru"),
        ("Cohere ouvre un bureau à Montréal", "fr"),
        ("Mistral AI - KI für Deutschland", "de"),
        ("El futuro de los modelos de lenguaje", "es"),
        ("Qwen 模型: a new model for the web", "en"),
        ("HyperCLOVA X SEED 오픈소스 공개", "ko"),
        ("DeepSeek-V4 模型发布", "zh"),
        ("Comment évaluer les grands modèles", "fr"),
        ("Sprachmodelle für die Verwaltung", "de"),
        ("Por qué fallan los benchmarks", "es"),
        ("OpenAI and Los Alamos National Laboratory announce research partnership", ""),
        ("There's no such thing as a small software team anymore", "en"),
        ("", ""),
        ("1 + 1 = 2", ""),
    ],
)
def test_a_title_tells_its_language(title: str, language: str) -> None:
    assert language_of(title) == language


@pytest.mark.parametrize(
    ("text", "language", "told"),
    [
        ("Mamba: Linear-Time Sequence Modeling", "ko", "en"),
        ("Mamba 모델 공개", "ko", ""),
        ("Large Enough", "en-GB", ""),
        ("Large Enough", "de", ""),
        ("言語モデル", "ko", "ja"),
        ("שלום עולם", "en", "he"),
        ("1 + 1 = 2", "ko", ""),
    ],
)
def test_a_text_among_others_tells_whether_it_is_in_another_language(text: str, language: str, told: str) -> None:
    assert foreign(text, language) == told
