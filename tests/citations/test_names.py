"""Names are parted as their bearers would, as far as the spelling shows it."""

import pytest

from digest.citations.names import Name, name_of, parted

PARTED = {
    "Ada Byron": ("", "Byron", "Ada"),
    "J. R. R. Tolkien": ("", "Tolkien", "J. R. R."),
    "Laurens van der Maaten": ("van der", "Maaten", "Laurens"),
    "van der Maaten, Laurens": ("van der", "Maaten", "Laurens"),
    "Charles de la Vallée Poussin": ("de la", "Vallée Poussin", "Charles"),
    "Guy Van den Broeck": ("", "Van den Broeck", "Guy"),
    "Luc De Raedt": ("", "De Raedt", "Luc"),
    "Quoc Van Le": ("", "Le", "Quoc Van"),
    "José Ortega y Gasset": ("", "Ortega y Gasset", "José"),
    "Weinan E": ("", "E", "Weinan"),
    "AJ Piergiovanni": ("", "Piergiovanni", "AJ"),
    "Devlin J.": ("", "Devlin", "J."),
    "Smith, J.R.": ("", "Smith", "J.R."),
    "LECUN Yann": ("", "LECUN", "Yann"),
    "Li, Fei-Fei": ("", "Li", "Fei-Fei"),
    "Sami Al-Fulan": ("", "Al-Fulan", "Sami"),
    "Ada Byron (MIT)": ("", "Byron", "Ada"),
    "ada@example.org (Ada Byron)": ("", "Byron", "Ada"),
    "王小明": ("", "王", "小明"),
    "欧阳锋": ("", "欧阳", "锋"),
    "李 明": ("", "李", "明"),
    "山田 太郎": ("", "山田", "太郎"),
    "김철수": ("", "김", "철수"),
    "남궁민": ("", "남궁", "민"),
    "김 철수": ("", "김", "철수"),
}
WHOLE = (
    "DeepSeek-AI",
    "Qwen Team",
    "OpenAI",
    "Llama Team, AI @ Meta",
    "The FATE Collaboration",
    "Hugging Face",
    "智源研究院",
    "네이버 연구소",
    "山田太郎",
    "Plato",
)


@pytest.mark.parametrize("spelling", PARTED)
def test_a_person_has_a_family_and_a_given_name(spelling: str) -> None:
    particle, family, given = PARTED[spelling]
    assert name_of(spelling) == Name(particle=particle, family=family, given=given)


@pytest.mark.parametrize("spelling", ["Martin Luther King, Jr.", "Martin Luther King Jr.", "King, Jr., Martin Luther"])
def test_a_suffix_is_neither_name(spelling: str) -> None:
    assert name_of(spelling) == Name(family="King", given="Martin Luther", suffix="Jr.")


@pytest.mark.parametrize("spelling", WHOLE)
def test_a_group_and_a_name_that_does_not_show_its_parts_stay_whole(spelling: str) -> None:
    assert name_of(spelling) == Name(literal=spelling)


def test_nobody_is_no_author_and_nobody_stands_twice() -> None:
    assert parted(["Ada Byron", "et al.", "", "Byron, Ada"]) == (Name(family="Byron", given="Ada"),)


def test_a_hostile_name_takes_no_time() -> None:
    assert parted(["van " * 20_000, "(" * 50_000, "a." * 50_000, "-" * 50_000])
