"""Set a single value of a feed in the text of feeds.yaml. Everything else of the text stays, comments included."""

import yaml

from digest.feeds.subscriptions.yaml_edit import feed_at, line_end, pairs, value_end


def with_value(text: str, number: int, key: str, value: str | None, *, file: str) -> str:
    """The text in which the feed at this position has this value, written as YAML; without the key if the value is None.

    Raises:
        ConfigError: there is no list of feeds.
    """
    feed, limit = feed_at(text, number, file)
    there = next(((name, found) for name, found in pairs(feed) if name.value == key), None)
    if there is None:
        return text if value is None else _added(text, feed, limit, f"{key}: {value}")
    name, found = there
    if value is None:
        return _without(text, feed, name, found)
    return text[: found.start_mark.index] + value + text[found.end_mark.index :]


def _added(text: str, feed: yaml.Node, limit: int, line: str) -> str:
    last = pairs(feed)[-1][1]
    if getattr(feed, "flow_style", False):
        return f"{text[: last.end_mark.index]}, {line}{text[last.end_mark.index :]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    place = line_end(text, value_end(text, last, limit))
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return f"{before}{' ' * feed.start_mark.column}{line}{newline}{text[place:]}"


def _without(text: str, feed: yaml.Node, name: yaml.Node, found: yaml.Node) -> str:
    start, end = name.start_mark.index, found.end_mark.index
    if getattr(feed, "flow_style", False):
        comma = text.rfind(",", 0, start)
        return text[:comma] + text[end:] if comma > feed.start_mark.index else text[:start] + text[end:].lstrip(", ")
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():  # the first key, after the dash: the next one takes its place
        following = next(other for other, _ in pairs(feed) if other.start_mark.index > start)
        return text[:start] + text[following.start_mark.index :]
    return text[:line] + text[line_end(text, end) :]
