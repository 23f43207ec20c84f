"""An issue in chats: each service's markup and length, the lead first, and nothing that notifies or marks up by itself."""

from dataclasses import replace
from typing import Any, get_args

import pytest

from digest.mail.webhook import chat_of
from digest.model import Issue, Line, Release, Released
from digest.render.chat import Chat, Markup, announce
from support.issues import several

HOSTILE = "<!channel> @everyone *bold* _x_ `code` [link](https://evil.example) ~s~ |x|"
ADDRESSES = {
    "Slack": ("https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/" + "s" * 24, "slack", 35_000),
    "Microsoft Teams": (
        "https://default01.12.environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/"
        + "a" * 32
        + "/triggers/manual/paths/invoke?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig="
        + "s" * 43,
        "markdown",
        1_000,
    ),
    "Discord": ("https://discord.com/api/webhooks/4174216298/" + "s" * 30, "markdown", 2_000),
    "Mattermost": ("https://mattermost.example.org/hooks/" + "a" * 32, "markdown", 4_000),
    "Telegram": ("tgram://123456789:abcdefg_hijklmnop/12315544", "telegram", 4_096),
    "Matrix": ("matrixs://token@matrix.example.org?mode=matrix", "markdown", 65_000),
    "ntfy": ("ntfys://ntfy.example.org/topic", "markdown", 7_800),
}


@pytest.fixture
def issue() -> Issue:
    plain = several(0)
    (section,) = plain.trends
    items = tuple(replace(item, title=f"Story {n}", result=f"It gains {n} %.") for n, item in enumerate(section.items))
    return replace(
        plain,
        trends=(replace(section, items=items),),
        lead=items[0].id,
        read_first=tuple(item.id for item in items[1:6]),
        lines=(Line(text="First."), Line(text="Second."), Line(text="Third.")),
        releases=tuple(
            Released(id=item.id, release=Release(name=f"Model {n}", maker="Maker", size="7B"))
            for n, item in enumerate(items[5:9])
        ),
    )


@pytest.mark.parametrize("service", ADDRESSES)
def test_each_service_is_known_with_its_markup_and_length(service: str) -> None:
    address, markup, length = ADDRESSES[service]
    chat = chat_of(address)
    assert isinstance(chat, Chat)
    assert (chat.service, chat.markup, chat.length) == (service, markup, length)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("icq://somebody", "cannot post to icq: apprise does not support it"),
        ("slack://", "cannot post to slack: its URL is incomplete"),
        ("https://acme.webhook.office.com/webhookb2/secret", "Microsoft retired the connectors of Teams"),
        ("msteams://team/secret/secret/secret", "Microsoft retired the connectors of Teams"),
    ],
)
def test_what_apprise_cannot_do_is_refused_by_name(address: str, words: str) -> None:
    refused = chat_of(address)
    assert isinstance(refused, str)
    assert words in refused
    assert "secret" not in refused


def test_a_message_has_lead_lines_releases_and_read_first(issue: Issue) -> None:
    title, text = announce(issue, base_url="https://d.example/", chat=Chat(service="x", length=8_000))
    url = "https://arxiv.org/abs/2606.01234"
    assert title == "LLM Trends Weekly 2026-W27"
    assert text == (
        f"[Story 0]({url})\nIt gains 0 %.\n\nFirst.\nSecond.\nThird.\n\n**Releases**\n\n"
        + "\n".join(f"- [Model {n}]({url}) (Maker, 7B)" for n in range(4))
        + "\n\n**Read first**\n\n"
        + "\n".join(f"- [Story {n}]({url})" for n in range(1, 5))
        + "\n\n[The whole issue](https://d.example/2026-W27/)"
    )


def test_no_line_repeats_the_lead_s_sentence(issue: Issue) -> None:
    repeating = replace(issue, lines=(Line(text="It gains 0 %."), *issue.lines[1:]))
    _, text = announce(repeating, base_url="", chat=Chat(service="x", length=8_000))
    assert text.count("It gains 0 %.") == 1
    assert "Second.\nThird." in text


def test_a_folded_release_is_linked_too(issue: Issue) -> None:
    (section,) = issue.trends
    folded = replace(issue, trends=(replace(section, items=section.items[:5], folded=section.items[5:]),))
    assert "- [Model 0](https://arxiv.org/abs/2606.01234)" in announce(folded, base_url="")[1]


@pytest.mark.parametrize("length", [150, 300, 400, 500, 600, 700, 800, 1_000, 2_000])
def test_a_short_message_keeps_the_lead_and_the_link(issue: Issue, length: int) -> None:
    for titled in (False, True):
        title, text = announce(
            issue, base_url="https://d.example/", chat=Chat(service="x", length=length, titled=titled)
        )
        assert len(text) + (len(title) + 2 if titled else 0) <= length
        assert text.startswith("[Story 0](")
        assert text.endswith("[The whole issue](https://d.example/2026-W27/)")


@pytest.mark.parametrize("markup", get_args(Markup))
def test_nothing_of_a_title_is_markup_or_notifies(issue: Issue, markup: Any) -> None:
    (section,) = issue.trends
    items = (replace(section.items[0], title=HOSTILE, result=HOSTILE), *section.items[1:])
    hostile = replace(issue, trends=(replace(section, items=items),))
    _, text = announce(hostile, base_url="", chat=Chat(service="x", markup=markup, length=8_000))
    lead = text.split("\n\n", maxsplit=1)[0]
    assert "<" not in lead
    assert "@everyone" not in lead
    bare = lead.replace("\\\\", "")
    signs = "*`" if markup != "markdown" else ""
    assert not any(sign in bare for sign in signs)
    if markup == "markdown":
        assert all(f"\\{sign}" in bare for sign in "*_`[]~|")


def test_an_issue_without_items_says_what_it_can(issue: Issue) -> None:
    empty = replace(issue, trends=(), lead="", read_first=(), releases=(), lines=())
    assert announce(empty, base_url="https://d.example/")[1] == "[The whole issue](https://d.example/2026-W27/)"
    assert announce(empty, base_url="")[1] == ""
