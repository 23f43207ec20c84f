"""Benchmark results that works report of themselves. What is not plainly one is left out."""

import pytest

from digest.editorial.benchmarks import BENCHMARKS, METRIC, may_name
from digest.editorial.reported import reported
from digest.model import Reported


@pytest.mark.parametrize(
    ("sentence", "results"),
    [
        ("Our agent reaches 41.5% on SWE-bench Verified.", [("SWE-bench Verified", 41.5)]),
        ("On GPQA Diamond, the model scores 72 %.", [("GPQA Diamond", 72.0)]),
        ("It achieves an accuracy of 88.1\\% on GSM8K with one sample.", [("GSM8K", 88.1)]),
        (
            "Tern-2 attains 81% on MMLU-Pro, 90.4% on MMLU, and 12.5% on HLE.",
            [("MMLU-Pro", 81.0), ("MMLU", 90.4), ("Humanity's Last Exam", 12.5)],
        ),
        ("It performs well (61.2% on OSWorld and 40% on ours) and needs no tuning.", [("OSWorld", 61.2)]),
        ("It reaches 24% on ARC-AGI-2 and 60% on ARC-AGI.", [("ARC-AGI-2", 24.0), ("ARC-AGI-1", 60.0)]),
        ("It scores 83.2 on InfoVQA, 34.5 on ScreenSpot-Pro.", [("ScreenSpot-Pro", 34.5)]),
        ("With a pass@1 of 61.2 on HumanEval, it leads.", [("HumanEval", 61.2)]),
        ("It sets a new state of the art on OSWorld, with a 47.4% success rate.", [("OSWorld", 47.4)]),
        ("It is accurate (SWE-Bench Verified: 77.2%).", [("SWE-bench Verified", 77.2)]),
        (
            "State-of-the-art results follow (MATH500 $75.8\\%$, HumanEval $62.2\\%$).",
            [("MATH-500", 75.8), ("HumanEval", 62.2)],
        ),
        ("Strong performance follows on GAIA (84.4%) and MMMU (61%).", [("GAIA", 84.4), ("MMMU", 61.0)]),
        ("It improves accuracy from 45.1% to 52.3% on GSM8K.", [("GSM8K", 52.3)]),
        ("It raises accuracy on AIME 24 from 56.7% to 70.0%.", [("AIME 2024", 70.0)]),
        ("On GSM8K, planning lifts the model from 75.6% to 87.2%.", [("GSM8K", 87.2)]),
        ("On ALFWorld and GAIA, Tern achieves 90.0% and 80.1% success.", [("ALFWorld", 90.0), ("GAIA", 80.1)]),
        ("It reaches 85.6% and 79.6% on AIME24 and Ours, respectively.", [("AIME 2024", 85.6)]),
        ("It reaches 80% success on WebShop.", [("WebShop", 80.0)]),
        (
            "It reaches 52% on LiveCodeBench v5 and 48% on LiveCodeBench v6.",
            [("LiveCodeBench v5", 52.0), ("LiveCodeBench v6", 48.0)],
        ),
        ("It reaches 92.2% on LongMemEval-S.", [("LongMemEval-S", 92.2)]),
        ("On GAIA, Tern achieves 43.4% and 60.2% success with 4B and 30B models.", []),  # which is its own?
        ("On GAIA, Tern achieves 40.7% with Heron and 44.6% with Stork as backbones.", []),
        ("Tern achieves 64.3% on GAIA after SFT and 67.5% after SFT and RL.", []),
        ("It boosts GSM8K accuracy from 12.5% to 63.9% for Heron, from 36.4% to 81.8% for Stork.", []),
        ("It reaches 96.3% on LIBERO, 72.0% across three tasks of real arms.", [("LIBERO", 96.3)]),
        ("It reaches 65.3% on MathVista with 12 rollouts.", []),  # several attempts
        ("Across ten combinations of models, it reaches 75.7% on GAIA.", []),  # a mean of several models
        ("It reaches a score of 80% on WebShop.", []),  # which of its metrics?
        ("It reaches 0.784 on MATH-500.", []),  # another scale
        ("It reaches 1250 points on GAIA.", []),
        ("It reaches 52.1 points on GAIA.", []),
        ("It reaches 39% on GAIA Level 3.", []),  # a part
        ("It reaches 26% on Humanity's Last Exam: Biomedicine.", []),
        ("It reaches 60% pass@8 on HumanEval.", []),  # several attempts
        ("It reaches 65.9% on AIME24, AIME25, and MATH500.", []),  # a mean of several
        ("It reaches 88% retrieval accuracy on LongMemEval.", []),  # another metric
        ("It achieves 7.5% and 8.3% success rate improvements on ALFWorld and AndroidWorld.", []),
        ("It improves tool use from 39% to 78% on VSI-Bench.", []),
        ("It raises perplexity from 28.4 to 33.4 on GSM8K.", []),
        ("GPT-4o achieves 53% on MMMU.", []),
        ("It wraps any model -- for example, DeepSeek-R1 that achieves 82.4% on SimpleQA.", []),
        ("It reaches 86-94% on GSM8K.", []),
        ("Our method improves accuracy by 12% on GSM8K.", []),
        ("It achieves a 12% improvement on GSM8K.", []),
        ("It achieves 12% higher accuracy on GSM8K.", []),
        ("It achieves 97% of the teacher's accuracy on GSM8K.", []),
        ("Even the best models achieve only 9% on BrowseComp, while people reach 80%.", []),
        ("Previous systems reach 41% on SWE-bench Verified.", []),
        ("It achieves 93% on GSM8K problems that we chose.", []),
        ("It achieves 140% on GSM8K.", []),
        ("It achieves 93% on our benchmark.", []),
    ],
)
def test_a_plain_result_is_read_and_nothing_else(sentence: str, results: list[tuple[str, float]]) -> None:
    found = reported("a", f"A title. {sentence}")
    assert [(one.benchmark, one.value) for one in found] == results
    assert all(one.id == "a" and one.sentence == sentence for one in found)


def test_a_benchmark_counts_once_and_a_list_is_left_out() -> None:
    text = "It reaches 40% on GAIA. With more samples it reaches 44% on GAIA."
    assert reported("a", text) == (Reported(id="a", benchmark="GAIA", value=40.0, sentence="It reaches 40% on GAIA."),)
    assert reported("a", "It reaches 40% on GAIA" + " and so on" * 60 + ".") == ()


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_known_by_its_own_name(name: str) -> None:
    metric = {"AlpacaEval 2": "length-controlled", "TravelPlanner": "final pass rate"}.get(name, METRIC.get(name, ""))
    assert [one.benchmark for one in reported("a", f"In {metric}, the model reaches 50% on {name}.")] == [name]


@pytest.mark.parametrize(
    ("text", "model"),
    [
        ("Tern-2: a model. It reaches 50% on GAIA.", "Tern-2"),
        ("On terns. Tern-7B reaches 50% on GAIA.", "Tern-7B"),
        ("Terns: small. Our Tern-7B-Instruct achieves 50% on GAIA.", "Tern-7B-Instruct"),
        ("Tern: a data set. It reaches 50% on GAIA.", ""),
        ("Tern: learning from errors. Our best model Heron2 shows strong performance on GAIA (50%).", ""),
        ("Tern: learning from errors. The resulting model reaches 50% on GAIA.", ""),
        ("Tern: learning from data. Our resulting model, Tern-7B, reaches 50% on GAIA.", "Tern"),
        ("On terns. It reaches 50% on GAIA.", ""),
        ("On terns. Experiments show that the model reaches 50% on GAIA.", ""),
        ("On terns. We fine-tune Heron on Tern-7B and reach 50% on GAIA.", ""),
    ],
)
def test_the_model_is_named_if_the_text_names_it(text: str, model: str) -> None:
    assert [one.model for one in reported("a", text)] == [model]


def test_the_quick_test_lets_every_benchmark_through() -> None:
    for name in BENCHMARKS:
        assert may_name(f"we reach 61.4 % on {name}.".lower()), name
    assert not may_name("we reach 61.4 % on the street of our town.")
