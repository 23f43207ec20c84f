"""Benchmark results that works report of themselves. What is not plainly one is left out."""

import pytest

from digest.editorial.reported import BENCHMARKS, reported
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
        ("The best of both worlds (61.2% on OSWorld and 40% on ours) needs no tuning.", [("OSWorld", 61.2)]),
        ("It reaches 24% on ARC-AGI-2 and 60% on ARC-AGI.", [("ARC-AGI-2", 24.0), ("ARC-AGI-1", 60.0)]),
        ("Our method improves accuracy by 12% on GSM8K.", []),
        ("It achieves a 12% improvement on GSM8K.", []),
        ("It achieves 12% higher accuracy on GSM8K.", []),
        ("It achieves 97% of the teacher's accuracy on GSM8K.", []),
        ("Even the best models achieve only 9% on BrowseComp, while people reach 80%.", []),
        ("Previous systems reach 41% on SWE-bench Verified.", []),
        ("It achieves 93% on GSM8K problems that we chose.", []),
        ("It achieves 140% on GSM8K.", []),
        ("It achieves 93% on our benchmark.", []),
        ("It raises accuracy on AIME 24 from 56.7% to 70.0%.", []),
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
    assert [one.benchmark for one in reported("a", f"The model reaches 50% on {name}.")] == [name]
