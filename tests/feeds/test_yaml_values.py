"""One value of one feed is set in feeds.yaml; every other character stays."""

import pytest

from digest import config
from digest.config import Feed
from digest.feeds.subscriptions.yaml_edit import with_value

TEXTS = [
    "feeds:\n  # the first\n  - name: One  # a note\n    url: https://one.example\n    kind: blog   # kind\n\n# end\n",
    'feeds: [{name: One, url: "https://one.example", kind: blog}]\n',
    "feeds:\r\n- name: One\r\n  url: https://one.example\r\n  kind: blog\r\n",
    "feeds:\n- name: One\n  url: https://one.example\n  kind: blog",
    "feeds:\n  - name: One\n    url: https://one.example\n    kind: blog\n    exclude:\n      - 'a: b'\n      # of these\n",
    "feeds:\n  - {name: One, url: 'https://one.example', kind: blog}   # a note\n  - {name: Two, url: 'https://two.example', kind: blog}\n",
]


def parsed(text: str) -> tuple[Feed, ...]:
    return config.parse(text, file="f", trends={}).feeds


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("key", "value", "meant"), [("weight", "2.5", 2.5), ("muted", "true", True)])
def test_a_value_is_added_changed_and_taken_out_again(text: str, key: str, value: str, meant: object) -> None:
    added = with_value(text, 0, key, value, file="f")
    assert getattr(parsed(added)[0], key) == meant
    assert parsed(added)[1:] == parsed(text)[1:]
    changed = with_value(added, 0, key, {"2.5": "0.5", "true": "false"}[value], file="f")
    assert getattr(parsed(changed)[0], key) != meant
    removed = with_value(changed, 0, key, None, file="f")
    assert removed == (text if text.endswith("\n") else text + "\n")
    assert with_value(text, 0, key, None, file="f") == text


@pytest.mark.parametrize(
    "text",
    [
        "feeds:\n  - weight: 2  # much\n    name: One\n    url: https://one.example\n    kind: blog\n",
        "feeds: [{weight: 2, name: One, url: 'https://one.example', kind: blog}]\n",
        "feeds:\n  - name: One\n    weight: 2  # much\n    url: https://one.example\n    kind: blog\n",
    ],
)
def test_a_value_at_any_place_is_taken_out(text: str) -> None:
    without = with_value(text, 0, "weight", None, file="f")
    assert "weight" not in without
    assert parsed(without)[0].weight == 1.0
