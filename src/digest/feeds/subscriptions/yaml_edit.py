"""Edit feeds and single values in the text of feeds.yaml without changing any other character.

The text is edited at the positions that the YAML parser reports, so that comments, order, quotes, anchors and line ends are kept.
The caller must parse the result before writing it.
"""

import re
from collections.abc import Mapping, Sequence

import yaml

from digest.config import Feed
from digest.errors import ConfigError, Problem

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._()/+ -]*[A-Za-z0-9.)+/]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_CONTENT = (yaml.ScalarToken, yaml.AliasToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def add(text: str, feeds: Sequence[Feed], *, file: str) -> str:
    """The text with these feeds appended to its list, in the style of the last one there.

    Raises:
        ConfigError: there is no list of feeds to append to.
    """
    node, end = _list(text, file)
    newline = "\r\n" if "\r\n" in text else "\n"
    if node.flow_style:
        written = ", ".join(_flow(feed) for feed in feeds)
        close = end - 1
        if not node.value and getattr(_root(text, file), "flow_style", False):
            return text[: node.start_mark.index] + f"[{written}]" + text[end:]
        if not node.value:
            return _first(text, node.start_mark.index, end, feeds)
        last = node.value[-1].end_mark.index
        rest = text[last:close].lstrip()
        return (
            text[:last] + f", {written}" + (text[last:close] if not rest.startswith(",") else rest[1:]) + text[close:]
        )
    last = node.value[-1]
    dash = " " * node.start_mark.column + "- "
    inline = isinstance(last, yaml.MappingNode) and last.flow_style
    lines = "".join((dash + (_flow(feed) if inline else _block(feed, len(dash)))) + "\n" for feed in feeds)
    place = line_end(text, value_end(text, last, end))
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return before + lines.replace("\n", newline) + text[place:]


def _first(text: str, start: int, end: int, feeds: Sequence[Feed]) -> str:
    """The text with a block of feeds instead of an empty list, below the rest of its line."""
    newline = "\r\n" if "\r\n" in text else "\n"
    line = line_end(text, end)
    head = text[:start].rstrip(" \t") + text[end:line].rstrip("\r\n") + newline
    lines = "".join(f"  - {_block(feed, 4)}\n" for feed in feeds)
    return head + lines.replace("\n", newline) + text[line:]


def watch(text: str, found: Mapping[str, Sequence[str]], *, file: str) -> str:
    """The text with these names, terms or ids appended to the lists of `watch`, which are created if they are missing.

    Raises:
        ConfigError: `watch` exists and is not a mapping of lists.
    """
    for key, values in found.items():
        text = _watch(text, key, values, file) if values else text
    return text


def _watch(text: str, key: str, values: Sequence[str], file: str) -> str:
    newline = "\r\n" if "\r\n" in text else "\n"
    root = _root(text, file)
    quoted = [scalar(value) for value in values]
    there = next((value for name, value in pairs(root) if name.value == "watch"), None)
    lines = "".join(f"    - {value}\n" for value in quoted)
    if there is None:
        gap = "" if text.endswith(("\n", "\r")) or not text else newline
        return text + gap + f"watch:\n  {key}:\n{lines}".replace("\n", newline)
    node = next((value for name, value in pairs(there) if name.value == key), None)
    if isinstance(node, yaml.SequenceNode) and node.value:
        if node.flow_style:
            last = node.value[-1].end_mark.index
            return text[:last] + ", " + ", ".join(quoted) + text[last:]
        place = line_end(text, node.value[-1].end_mark.index)
        lines = "".join(f"{' ' * node.start_mark.column}- {value}\n" for value in quoted)
    elif node is None and isinstance(there, yaml.MappingNode) and there.value and not there.flow_style:
        place = line_end(text, value_end(text, there, there.end_mark.index))
        pad = " " * there.start_mark.column
        lines = f"{pad}{key}:\n" + "".join(f"{pad}  - {value}\n" for value in quoted)
    else:
        raise ConfigError(
            file, [Problem(file=file, line=0, path=f"watch.{key}", message="is not a list; write `- …` lines below it")]
        )
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return before + lines.replace("\n", newline) + text[place:]


def weigh(text: str, weights: Mapping[str, float], *, file: str) -> str:
    """The text with these weights of feeds, by their names. A feed that has a weight, or no hint about its trends, keeps what it has."""
    node, _ = _list(text, file) if weights else (yaml.SequenceNode("", []), 0)
    newline = "\r\n" if "\r\n" in text else "\n"
    for feed in reversed(node.value):
        values = {key.value: value for key, value in pairs(feed)}
        weight = weights.get(getattr(values.get("name"), "value", ""))
        if weight is None or "weight" in values or "trends" not in values:
            continue
        end = values["trends"].end_mark.index
        if feed.flow_style:
            text = f"{text[:end]}, weight: {weight:g}{text[end:]}"
        else:
            place = line_end(text, value_end(text, values["trends"], end))
            text = f"{text[:place]}{' ' * feed.start_mark.column}weight: {weight:g}{newline}{text[place:]}"
    return text


def filtered(text: str, number: int, key: str, patterns: Sequence[str], *, file: str) -> str:
    """The text with these patterns as the `include` or `exclude` of the feed at this position."""
    node, end = _list(text, file)
    feed = node.value[number]
    written = f"[{', '.join(map(scalar, patterns))}]"
    following = node.value[number + 1].start_mark.index if number + 1 < len(node.value) else end
    places = [name.start_mark.index for name, _ in pairs(feed)]
    there = next((value for name, value in pairs(feed) if name.value == key), None)
    if there is not None:
        limit = min((place for place in places if place > there.start_mark.index), default=following)
        flow = isinstance(there, yaml.SequenceNode) and there.flow_style
        stop = there.end_mark.index if flow else value_end(text, there, limit)
        return text[: there.start_mark.index] + written + text[stop:]
    last = feed.value[-1][1]
    if feed.flow_style:
        return f"{text[: last.end_mark.index]}, {key}: {written}{text[last.end_mark.index :]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    place = line_end(text, value_end(text, last, following))
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return f"{before}{' ' * feed.start_mark.column}{key}: {written}{newline}{text[place:]}"


def remove(text: str, number: int, *, file: str) -> str:
    """The text without the feed at this position in the list."""
    node, end = _list(text, file)
    item = node.value[number]
    if node.flow_style:
        return _without(text, node, number, end)
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    if len(node.value) == 1:
        colon = text.index(":", _key(text, file).end_mark.index) + 1
        return text[:colon] + " []" + text[colon:start] + text[line_end(text, value_end(text, item, end)) :]
    following = node.value[number + 1].start_mark.index if number + 1 < len(node.value) else end
    return text[:start] + text[line_end(text, value_end(text, item, following)) :]


def _without(text: str, node: yaml.SequenceNode, number: int, end: int) -> str:
    """A flow list without one of its entries and the comma next to it."""
    items = node.value
    if len(items) == 1:
        return text[: node.start_mark.index] + "[]" + text[end:]
    if number + 1 < len(items):
        return text[: items[number].start_mark.index] + text[items[number + 1].start_mark.index :]
    return text[: items[number - 1].end_mark.index] + text[items[number].end_mark.index :]


def feed_at(text: str, number: int, file: str) -> tuple[yaml.Node, int]:
    """The node of the feed at this position, and the index where what follows it begins.

    Raises:
        ConfigError: there is no list of feeds.
    """
    node, end = _list(text, file)
    following = node.value[number + 1].start_mark.index if number + 1 < len(node.value) else end
    return node.value[number], following


def _list(text: str, file: str) -> tuple[yaml.SequenceNode, int]:
    """The node of `feeds`, and the index after its end."""
    node = next((value for key, value in pairs(_root(text, file)) if key.value == "feeds"), None)
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(file, [Problem(file=file, line=0, path="feeds", message="is not a list; write `feeds: []`")])
    return node, node.end_mark.index


def _key(text: str, file: str) -> yaml.Node:
    """The node of the word `feeds`."""
    return next(key for key, _ in pairs(_root(text, file)) if key.value == "feeds")


def _root(text: str, file: str) -> yaml.Node | None:
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(file, [Problem(file=file, line=0, path="", message=str(error).splitlines()[0])]) from error
    return root


def pairs(node: yaml.Node | None) -> Sequence[tuple[yaml.Node, yaml.Node]]:
    """The keys and values of a mapping."""
    return node.value if isinstance(node, yaml.MappingNode) else ()


def value_end(text: str, node: yaml.Node, limit: int) -> int:
    """The index after the content of a node. The parser's end mark of a block comes after its comments.

    This uses tokens, because the node of an alias has the position of its anchor.
    """
    start = node.start_mark.index
    tokens = (token for token in yaml.scan(text, Loader=yaml.SafeLoader) if isinstance(token, _CONTENT))
    return max(int(token.end_mark.index) for token in tokens if start <= token.start_mark.index < limit)


def line_end(text: str, index: int) -> int:
    """The index after the line that contains the character before `index`."""
    if index and text[index - 1] == "\n":
        return index
    found = text.find("\n", index)
    return len(text) if found < 0 else found + 1


def _flow(feed: Feed) -> str:
    return f"{{name: {scalar(feed.name)}, url: {scalar(feed.url)}, kind: {feed.kind}}}"


def _block(feed: Feed, indent: int) -> str:
    pad = "\n" + " " * indent
    return f"name: {scalar(feed.name)}{pad}url: {scalar(feed.url)}{pad}kind: {feed.kind}"


def scalar(text: str) -> str:
    """A text as a YAML scalar that is valid in any position: plain if that is safe, otherwise in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and "  " not in text:
        return text
    return '"' + "".join(_quoted(char) for char in text) + '"'


def _quoted(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return char if char.isprintable() else f"\\U{ord(char):08x}"


def with_value(text: str, number: int, key: str, value: str | None, *, file: str) -> str:
    """The text in which the feed at this position has this value, written as YAML; without the key if the value is None.

    Raises:
        ConfigError: there is no list of feeds.
    """
    feed, limit = feed_at(text, number, file)
    there = next(((name, found) for name, found in pairs(feed) if name.value == key), None)
    if there is None:
        return text if value is None else _with_new_value(text, feed, limit, f"{key}: {value}")
    name, found = there
    if value is None:
        return _without_value(text, feed, name, found)
    return text[: found.start_mark.index] + value + text[found.end_mark.index :]


def _with_new_value(text: str, feed: yaml.Node, limit: int, line: str) -> str:
    last = pairs(feed)[-1][1]
    if getattr(feed, "flow_style", False):
        return f"{text[: last.end_mark.index]}, {line}{text[last.end_mark.index :]}"
    newline = "\r\n" if "\r\n" in text else "\n"
    place = line_end(text, value_end(text, last, limit))
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return f"{before}{' ' * feed.start_mark.column}{line}{newline}{text[place:]}"


def _without_value(text: str, feed: yaml.Node, name: yaml.Node, found: yaml.Node) -> str:
    start, end = name.start_mark.index, found.end_mark.index
    if getattr(feed, "flow_style", False):
        comma = text.rfind(",", 0, start)
        return text[:comma] + text[end:] if comma > feed.start_mark.index else text[:start] + text[end:].lstrip(", ")
    line = text.rfind("\n", 0, start) + 1
    if text[line:start].strip():  # the first key, after the dash: the next one takes its place
        following = next(other for other, _ in pairs(feed) if other.start_mark.index > start)
        return text[:start] + text[following.start_mark.index :]
    return text[:line] + text[line_end(text, end) :]
