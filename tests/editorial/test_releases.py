"""What an announcement says was released, and the order of an issue's releases."""

import csv
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from digest.classify import load
from digest.config import DigestSettings, Feed, trend_files
from digest.editorial.candidates import sift, text_of
from digest.editorial.compose import compose
from digest.editorial.releases import Announced, announced, arranged, release_of
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
            ),
        ),
        (
            "Qwen9-VL-72B: sees further",
            "The model is MIT licensed.",
            Release(name="Qwen9-VL-72B", maker="Qwen", size="72B", license="MIT"),
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
            Release(name="Ministral 5", maker="Mistral AI"),
        ),
        (
            "Nemotron 9 Ultra",
            "It has 550 billion total and 55 billion active parameters. The checkpoints are available. 6x higher inference throughput as compared to others.",
            Release(
                name="Nemotron 9 Ultra",
                maker="NVIDIA",
                size="550B (55B active)",
                weights="open",
                figures=("6x higher inference throughput",),
            ),
        ),
        ("Introducing computer use in Gemini 9", "", Release(name="Computer use in Gemini 9", maker="Google")),
        ("Grok on Amazon Bedrock", "", Release(name="Grok on Amazon Bedrock", maker="xAI")),
        ("Introducing Pipelines", "A tool.", Release(name="Pipelines", maker="Acme")),
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
    assert told == Release(name="Nemotron 9 Ultra", maker="NVIDIA", weights="open")
    assert announced("Nemotron 9 Ultra: what it knows of bridges", "We probe it.", kind="paper", feed=None) is None


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
        "Introducing gadget 1",
        "Introducing gadget 2",
    ]
    assert len(told) == len(launches)


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
    told = mailed | {one.id for one in issue.releases}
    lost = [
        (slug, items[one.id].sightings[0].title)
        for one in items.values()
        for slug in [one.sightings[0].feed]
        if (slug, hashlib.sha256(" ".join(one.sightings[0].title.split()).encode()).hexdigest()[:16]) in wanted
        and one.id not in told
    ]
    assert len(wanted) >= 40
    assert lost == []
