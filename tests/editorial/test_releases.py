"""What an announcement says was released, and the order of an issue's releases."""

import csv
import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.classify import load
from digest.config import DigestSettings, Feed, trend_files
from digest.editorial.candidates import sift, text_of
from digest.editorial.compose import compose
from digest.editorial.release_facts import with_facts
from digest.editorial.release_order import Announced, arranged
from digest.editorial.releases import announced, is_listed, release_of
from digest.editorial.setting import Setting
from digest.feeds.identity import keys
from digest.feeds.parsing import parse
from digest.model import IssueItem, Item, Release, Sighting, Window, Workspace
from digest.schedule.slots import Slot
from digest.storage.files import resources

LAUNCHES = Path(__file__).with_name("launches.csv")
NOT_ALL_ABOUT_LANGUAGE_MODELS = {"deepmind", "olshansk-meta-ai"}


@pytest.mark.parametrize(
    ("title", "text", "told"),
    [
        (
            "Introducing Mistral Huge 2",
            (
                "We are releasing Mistral Huge 2, a mixture of experts with 1.2T parameters (48B active) and a context window of up to"
                " 512k tokens, under the Apache 2.0 license. The weights are available on Hugging Face. It scores 71.3% on SWE-bench Verified"
                " and costs $2 per million input tokens."
            ),
            Release(
                name="Mistral Huge 2",
                maker="Mistral AI",
                size="1.2T (48B active)",
                license="Apache 2.0",
                context="512K",
                weights="open",
                price="$2 per million input tokens",
                figures=("scores 71.3% on SWE-bench Verified",),
                what="a mixture of experts with 1.2T parameters (48B active)",
            ),
        ),
        (
            "Qwen9-VL-72B: sees further",
            "The model is MIT licensed.",
            Release(name="Qwen9-VL-72B", maker="Qwen", size="72B", license="MIT", what="sees further"),
        ),
        (
            "Gemini 4.2 Nano is now available",
            "Available via the Gemini API, with a 1 million token context window, it is 3x faster than Gemini 4 Nano.",
            Release(
                name="Gemini 4.2 Nano",
                maker="Google",
                context="1M",
                weights="API",
                figures=("3x faster than Gemini 4",),
            ),
        ),
        (
            "Small and sharp.",
            "Today, we are announcing Ministral 5, our model for phones.",
            Release(name="Ministral 5", maker="Mistral AI", what="our model for phones"),
        ),
        (
            "Nemotron 9 Ultra",
            "It has 550 billion total and 55 billion active parameters. The checkpoints are available. It achieves up to ~6x higher inference throughput as compared to others.",
            Release(
                name="Nemotron 9 Ultra",
                maker="NVIDIA",
                size="550B (55B active)",
                weights="open",
                figures=("up to ~6x higher inference throughput",),
            ),
        ),
        ("Introducing computer use in Gemini 9", "", Release(name="Computer use in Gemini 9", maker="Google")),
        ("Grok on Amazon Bedrock", "", Release(name="Grok on Amazon Bedrock", maker="xAI")),
        ("Introducing Pipelines", "A tool.", Release(name="Pipelines", maker="Acme", what="A tool")),
        (
            "Grok 7",
            "The company raised $20B and has 900 million users; 45% of Americans know it.",
            Release(name="Grok 7", maker="xAI"),
        ),
    ],
)
def test_a_release_is_told_in_the_texts_own_figures(title: str, text: str, told: Release) -> None:
    assert release_of(title, text, feed="Acme") == told


def test_a_version_of_software_goes_by_its_feeds_name() -> None:
    feed = Feed(name="vLLM releases", url="https://example.org/feed", kind="releases")
    assert announced("v0.21.0", "Fixes.", kind="release", feed=feed) == Release(name="vLLM v0.21.0")


def test_a_models_technical_report_announces_it() -> None:
    assert announced("Kimi K4 Technical Report", "", kind="paper", feed=None) == Release(
        name="Kimi K4", maker="Moonshot AI"
    )
    assert announced("A technical report on bridges", "", kind="paper", feed=None) is None
    title = "Nemotron 9 Ultra: an open hybrid model"
    told = announced(title, "We open-source the post-trained and quantized checkpoints.", kind="paper", feed=None)
    assert told == Release(name="Nemotron 9 Ultra", maker="NVIDIA", weights="open", what="an open hybrid model")
    assert announced("Nemotron 9 Ultra: what it knows of bridges", "We probe it.", kind="paper", feed=None) is None


@pytest.mark.parametrize(
    ("title", "abstract", "name", "what"),
    [
        (
            "Brook: An Open Diffusion Language Model",
            'We introduce Brook ("bach" in German), a fully open 7B diffusion language model trained on 2T tokens. We release our weights.',
            "Brook",
            "a fully open 7B diffusion language model trained on 2T tokens",
        ),
        (
            "ReedReasoner-8B: Blocks that Grow",
            "We develop ReedReasoner-8B, an open-source reasoning model, and conduct a study of blocks.",
            "ReedReasoner-8B",
            "an open-source reasoning model",
        ),
        (
            "Qwen-MeadowWorld: Language World Models",
            "We introduce Qwen-MeadowWorld-35B-A3B and Qwen-MeadowWorld-397B-A17B, the first world models of meadows.",
            "Qwen-MeadowWorld",
            "Language World Models",
        ),
        (
            "OpenMeadow-Agent: Data Recipes for Agentic Models",
            "We fine-tune a 32B model on our set. We publicly release our training sets, data pipeline and models at meadow.example.",
            "OpenMeadow-Agent",
            "Data Recipes for Agentic Models",
        ),
        ("MOSS-Bird Technical Report", "MOSS-Bird is a unified audio-language model.", "MOSS-Bird", "a unified audio-language model"),
        (
            "Seed9 Model Card: Towards Tall Meadows",
            "We present Seed9, a model series that takes a step toward tall meadows.",
            "Seed9",
            "a model series",
        ),
        (
            "HedgeGuard 1.0: An Open Weights Classifier",
            "HedgeGuard 1.0-0.8B attains the best average. We release the models as open weights.",
            "HedgeGuard 1.0",
            "An Open Weights Classifier",
        ),
    ],
)  # fmt: skip
def test_a_paper_that_makes_a_model_available_announces_it(title: str, abstract: str, name: str, what: str) -> None:
    told = announced(title, abstract, kind="paper", feed=None)
    assert told is not None
    assert (told.name, told.what) == (name, what)
    assert is_listed(title, told)


@pytest.mark.parametrize(
    ("title", "abstract"),
    [
        ("MeadowBench: A Benchmark for Open Models", "MeadowBench, an open-source model benchmark. We release all models."),
        ("Why Meadows Matter: A Study of Models", "We release code. Our 7B model is trained."),
        ("GrassRL: Rewards that Grow", "We train a 7B policy. Code, data and models are available at a.example."),
        ("GrassRL: Rewards that Grow", "GrassRL, an open framework for training models, is quick."),
        ("GrassGuard: Watching Agents", "We evaluate open-weight models of 7B and train nothing."),
        ("HLS-GPT: Satellites over Meadows", "We introduce HLS-GPT, a pretrained transformer model for meadows."),
        ("Team Meadow Technical Report", "We finished third."),
    ],
)  # fmt: skip
def test_a_paper_on_models_announces_none(title: str, abstract: str) -> None:
    assert announced(title, abstract, kind="paper", feed=None) is None


LAB = Feed(name="Acme", url="https://example.org/feed", kind="blog", on_topic=True)


@pytest.mark.parametrize(
    ("title", "text", "what"),
    [
        ("Introducing the Voice Maker", "Today, we are announcing Voice Maker in beta: a no-code platform for voices.", "a no-code platform for voices"),
        ("Introducing Meadow Fast 2", "We are excited to introduce our most capable voice model.", "a voice model"),
        ("Skills in web and iOS", "Today, we're launching Skills. Teach it once and it remembers.", "Teach it once and it remembers"),
        ("Acme Launches Tiny Meadow, Making Grass Accessible", "", "Making Grass Accessible"),
        ("Introducing /goal", "Today we're introducing /goal in Acme Build.", ""),
        ("Introducing Pipelines", "", ""),
        ("Introducing Pipelines", "It is now available. The company raised $20B.", ""),
    ],
)  # fmt: skip
def test_a_release_says_what_it_is_or_has_no_place_in_the_list(title: str, text: str, what: str) -> None:
    told = announced(title, text, kind="release", feed=LAB)
    assert told is not None
    assert told.what == what
    assert is_listed(title, told) is bool(what)


def test_the_size_is_that_of_the_release_and_not_of_others() -> None:
    text = "HedgeGuard 1.0-0.8B attains the best average, outperforming baselines up to 27B parameters. We release it."
    assert release_of("HedgeGuard 1.0: a guard", text, name="HedgeGuard 1.0").size == "0.8B"
    assert release_of("HedgeGuard: a guard", "It is better than a model of 27B parameters.").size == ""
    both = "We introduce Meadow-35B-A3B and Meadow-397B-A17B."
    assert release_of("Meadow: world models", both, name="Meadow").size == "35B (3B active), 397B (17B active)"
    text = "Meadow-Pro with 1.6T parameters (49B activated) and Meadow-Flash with 284B parameters beat Forest-70B."
    assert release_of("Meadow: world models", text, name="Meadow").size == "1.6T (49B active), 284B"


def test_a_clause_is_cut_where_one_ends() -> None:
    text = "Meadow 2 is a small model that reads long texts in one hundred languages, keeps what it read for later use, and writes slowly."
    told = release_of("Introducing Meadow 2", text).what
    assert told == "a small model that reads long texts in one hundred languages"
    assert len(release_of("Introducing Meadow 2", "Meadow 2 is a " + "very " * 40 + "small model.").what.split()) <= 19


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Grok on Databricks", "Grok is now on Databricks, with a 1M token context window."),
        ("Grok for Word", "A writing help for documents."),
        ("Grok 9 in GitHub Copilot", "Our best model is there."),
        ("Introducing Kimi K9 on MeadowCloud", "Fast inference of an open model."),
        ("Introducing MeadowSciBench", "An expert-reviewed benchmark of meadows."),
        ("Introducing MeadowQA", "A new benchmark for meadows in 12M questions."),
    ],
)  # fmt: skip
def test_notices_of_other_places_and_benchmarks_are_no_releases_of_models(title: str, text: str) -> None:
    told = announced(title, text, kind="release", feed=LAB)
    assert told is not None
    assert not is_listed(title, told)


@pytest.mark.parametrize(
    "title",
    ["Introducing computer use in Gemini 9", "Gemini 4.2 Nano is now available in the Gemini API", "Phi-9 now on Hugging Face"],
)  # fmt: skip
def test_a_makers_own_place_is_no_other_place(title: str) -> None:
    assert is_listed(title, release_of(title, ""))


def _launch(number: int, name: str, maker: str, *, on_topic: bool) -> Announced:
    item = IssueItem(id=f"url:{number}", title=name, url="", score=1.0 / number)
    return Announced(item=item, release=Release(name=name, maker=maker), on_topic=on_topic)


def test_no_maker_crowds_the_others_out() -> None:
    launches = [
        *(_launch(n, f"Introducing gadget {n}", "", on_topic=False) for n in range(1, 21)),
        *(_launch(n, f"Claude {n}", "Anthropic", on_topic=True) for n in range(21, 41)),
        _launch(41, "Gemini 9", "Google", on_topic=True),
        _launch(42, "Switchboard", "Cohere", on_topic=True),
    ]
    told = [one.release.name for one in arranged(launches)]
    assert told[:6] == [
        "Claude 21",
        "Claude 22",
        "Gemini 9",
        "Switchboard",
        "Claude 23",
        "Claude 24",
    ]
    assert told[-20:] == [f"Introducing gadget {n}" for n in range(1, 21)]  # of nobody known
    assert len(told) == len(launches)


def test_announcements_of_the_same_name_are_one_release() -> None:
    told = arranged(
        [_launch(n, name, "Acme", on_topic=True) for n, name in enumerate(["Meadow 2", "Bract", "meadow 2"], 1)]
    )
    assert [(one.id, one.older) for one in told] == [("url:1", ("url:3",)), ("url:2", ())]


@pytest.mark.parametrize(
    ("clause", "fact"),
    [
        ("our smartest model yet—faster, and built for drawing maps", "for drawing maps"),
        ("Acme's fastest and most capable model, designed for long walks", "for long walks"),
        ("our newest models for phones", "models for phones"),
        ("our most capable model yet", ""),
        ("Try it from the menu", ""),
        ("It comes in these sizes: - small: 10M parameters", ""),
        ("a model that reads maps", "a model that reads maps"),
    ],
)
def test_praise_and_requests_are_no_facts(clause: str, fact: str) -> None:
    assert release_of("Meadow 2", f"Meadow 2: {clause}.").what == fact


def test_a_feed_that_is_named_after_its_maker_is_no_other_maker() -> None:
    feed = Feed(name="Acme Research News", url="https://acme.example/feed", kind="blog", on_topic=True)
    told = announced("Introducing Meadow", "A tool.", kind="release", feed=feed)
    assert told is not None
    assert told.maker == "Acme"


def test_versions_of_one_software_are_one_release() -> None:
    names = [
        "Crane SDK v1.9.0",
        "Crane SDK v1.10.2",
        "Hoist 2.1.0",
        "Crane SDK v1.10.0",
        "Crane SDK",
        "Hoist v2.1.0-beta.3",
    ]
    found = [replace(_launch(n, name, "", on_topic=False), software=True) for n, name in enumerate(names, 1)]
    told = {one.release.name: one.release.also for one in arranged(found)}
    assert told == {"Crane SDK v1.10.2": ("1.10.0", "1.9.0"), "Hoist 2.1.0": ("2.1.0-beta.3",), "Crane SDK": ()}


def test_versions_of_a_model_are_releases_of_their_own() -> None:
    found = [_launch(n, name, "Google", on_topic=True) for n, name in enumerate(["Gemini 9.1", "Gemini 9.2"], 1)]
    assert len(arranged(found)) == 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Lift OCR 4 reads bricks in 170 languages.", "reads bricks in 170 languages"),
        ("Lift OCR 4 is our small reader of bricks.", "our small reader of bricks"),
        ("Meet the reader, Lift OCR 4 , which is small. It reads.", "Meet the reader, Lift OCR 4, which is small"),
    ],
)
def test_what_a_release_is_does_not_say_its_name_again(text: str, what: str) -> None:
    assert release_of("Lift OCR 4", text).what == what


FACTS = "Lift 4 has 12B parameters and a context window of 128K tokens."
PLAIN = "We present Lift 4, which carries bricks."


@pytest.mark.parametrize(
    ("summary", "texts", "told"),
    [
        (f"{PLAIN} It is a joy.", (PLAIN, f"Hello. {FACTS}"), f"{PLAIN} It is a joy. {FACTS}"),
        (f"{PLAIN} {FACTS}", (FACTS, "It is under the Apache 2.0 license."), f"{PLAIN} {FACTS}"),  # there are enough
        (PLAIN, (f"{PLAIN} It has 12B parameters and 128K context.",), PLAIN),  # "it" may be another one
        (PLAIN, ("Cranes of other halls have 70B parameters.",), PLAIN),
        (PLAIN, ("Our weights are free. The model has 12B parameters.",), f"{PLAIN} The model has 12B parameters."),
        ("", (FACTS,), ""),
    ],
)
def test_a_summary_of_a_release_states_facts_of_all_its_texts(summary: str, texts: tuple[str, ...], told: str) -> None:
    assert with_facts(summary, texts, title="Lift 4", words=40) == told


def test_facts_have_to_fit() -> None:
    assert with_facts(PLAIN, (FACTS,), title="Lift 4", words=12) == PLAIN
    assert with_facts(f"{PLAIN} It is a joy.", (FACTS,), title="Lift 4", words=20) == f"{PLAIN} {FACTS}"


def test_a_version_of_software_stands_after_every_model() -> None:
    point = replace(_launch(1, "Claude Code 2.1.7", "Anthropic", on_topic=True), software=True)
    others = [_launch(2, "Gemini 9", "Google", on_topic=True), _launch(3, "Gadget", "", on_topic=False)]
    assert [one.release.name for one in arranged([point, *others])] == ["Gemini 9", "Gadget", "Claude Code 2.1.7"]


def test_a_hostile_text_is_read_in_no_time() -> None:
    text = "1.5 B " * 100_000 + "context " * 100_000
    assert len(release_of("Introducing " + "X" * 100_000, text).name) < 70


def _items(shared: Path, slug: str) -> list[Item]:
    """Everything that a feed's captures hold, each entry once."""
    data = shared / "data" / "feeds"
    files = [*data.glob(f"real/{slug}.xml"), *sorted(data.glob(f"history/{slug}/*.xml"))]
    found: dict[str, Item] = {}
    for file in files:
        document = parse(file.read_bytes(), url=f"https://feeds.example/{slug}", content_type="application/xml")
        for entry, names in zip(document.entries, keys(document.entries, f"https://feeds.example/{slug}"), strict=True):
            if names:
                seen = Sighting(
                    feed=slug,
                    url=entry.link,
                    title=entry.title,
                    summary=entry.summary,
                    authors=entry.authors,
                    published=None,
                    first_seen=datetime(2026, 8, 22, tzinfo=UTC),
                )
                found.setdefault(names[0], Item(id=names[0], keys=names, sightings=(seen,)))
    return list(found.values())


@pytest.mark.slow
def test_every_launch_that_a_reader_found_in_real_feeds_is_in_the_issue(shared: Path) -> None:
    with LAUNCHES.open(encoding="utf-8") as file:
        wanted = {(row["feed"], row["title"]) for row in csv.DictReader(file)}
    slugs = sorted({slug for slug, _ in wanted})
    feeds = {
        slug: Feed(
            name=slug,
            url=f"https://feeds.example/{slug}",
            kind="blog",
            on_topic=slug not in NOT_ALL_ABOUT_LANGUAGE_MODELS,
        )
        for slug in slugs
    }
    window = Window(start=None, end=datetime(2026, 8, 24, tzinfo=UTC))
    items = {one.id: one for slug in slugs for one in _items(shared, slug)}
    sifted = sift(list(items.values()), window=window, published=frozenset(), feeds=feeds)
    trends = trend_files.load(resources.trend_texts(Workspace(root=shared)))
    classifier = load(trends, resources.model_bytes())
    texts = [text_of(one) for one in sifted.candidates]
    issue = compose(
        sifted,
        dict(zip((text.id for text in texts), classifier.classify(texts), strict=True)),
        Setting(
            slot=Slot(at=window.end, key="2026-W35"),
            window=window,
            state="closed",
            settings=DigestSettings(),
            trends=trends,
            feeds=(),
            past=(),
        ),
    )
    mailed = {item.id for section in issue.trends for item in section.items}
    told = mailed | {id_ for one in issue.releases for id_ in (one.id, *one.older)}
    lost = [
        (slug, items[one.id].sightings[0].title)
        for one in items.values()
        for slug in [one.sightings[0].feed]
        if (slug, hashlib.sha256(" ".join(one.sightings[0].title.split()).encode()).hexdigest()[:16]) in wanted
        and one.id not in told
    ]
    assert len(wanted) >= 40
    assert lost == []
