"""Which releases are not about language: what makes pictures or sound, or moves robots; not what reads or hears and answers in words."""

import pytest

from digest.editorial.beyond import is_beyond_language
from digest.editorial.release_order import Announced, arranged
from digest.editorial.releases import announced
from digest.model import IssueItem


@pytest.mark.parametrize(
    ("name", "title", "what"),
    [
        ("LiftImage 2", "LiftImage 2 Technical Report", "a post-training pipeline"),
        ("Lift-Video 1.5", "Lift-Video 1.5 is here", ""),
        ("LiftAct", "LiftAct: one model for all cranes", "a vision-language-action model for humanoids"),
        ("LiftSpeak", "LiftSpeak", "our latest TTS model with voice cloning"),
        ("LiftMesh", "LiftMesh: fast mesh generation", ""),
        ("LiftWear", "LiftWear: robust fashion retrieval", "an embedding model"),
        ("LiftSim", "LiftSim", "an interactive video world model"),
        ("Lift3D", "Lift3D", "a generator"),
    ],
)
def test_what_makes_pictures_or_sound_or_moves_robots_is_beyond_language(name: str, title: str, what: str) -> None:
    assert is_beyond_language(name, title, what)


@pytest.mark.parametrize(
    ("name", "title", "what"),
    [
        ("Lift-VL 2", "Lift-VL 2 Technical Report", "a suite of vision-language models"),
        ("VideoLift", "VideoLift: long videos in words", "a video-centric MLLM"),
        ("Lift Omni", "Lift Omni", "a model that hears, sees and chats"),
        ("Lift Voice", "Lift Voice Agent API", "voice agents for all developers"),
        ("LiftOCR", "LiftOCR Technical Report", "a 0.8B document parsing model"),
        ("Lift 7B", "Lift 7B: open weights", "a language model for code generation"),
    ],
)
def test_what_reads_or_hears_and_answers_in_words_is_about_language(name: str, title: str, what: str) -> None:
    assert not is_beyond_language(name, title, what)


def test_what_is_beyond_language_and_then_notices_come_last_and_slogans_are_not_told() -> None:
    told = (
        ("LiftImage 2: Technical Report", "LiftImage 2 is a text-to-image model."),
        ("Grok for Word", "Grok is now in Word, with an app for all."),
        ("Qwen 4: Towards Frontier Intelligence", "Qwen 4 is out."),
    )
    found = []
    for number, (title, text) in enumerate(told):
        release = announced(title, text, kind="release", feed=None)
        assert release is not None
        item = IssueItem(id=f"{number}", title=title, url="", kind="release")
        found.append(Announced(item=item, release=release, on_topic=True, software=False))
    listed = arranged(found)
    assert [one.id for one in listed] == ["2", "1", "0"]
    assert [one.release.beyond_language for one in listed] == [False, False, True]
    assert listed[0].release.what == ""
