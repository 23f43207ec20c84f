"""Text of feeds.yaml and a change -> its new text, every other character as it was. Reads and writes no file.

The text is changed where YAML's own marks say that an entry stands, so that comments, order, quotes, anchors and line ends stay.
What comes out still has to be parsed by whoever writes it.
"""

import re
from collections.abc import Sequence

import yaml

from digest.config import Feed
from digest.errors import ConfigError, Problem

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._()/+ -]*[A-Za-z0-9.)+/]")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
_CONTENT = (yaml.ScalarToken, yaml.AliasToken, yaml.FlowMappingEndToken, yaml.FlowSequenceEndToken)
_ESCAPES = {'"': '\\"', "\\": "\\\\"}


def add(text: str, feeds: Sequence[Feed], *, file: str) -> str:
    """The text with these feeds at the end of its list, written as the last one there is.

    Raises:
        ConfigError: there is no list of feeds that could be added to.
    """
    node, end = _list(text, file)
    newline = "\r\n" if "\r\n" in text else "\n"
    if node.flow_style:
        written = ", ".join(_flow(feed) for feed in feeds)
        close = end - 1
        if not node.value:
            return text[: node.start_mark.index] + f"[{written}]" + text[end:]
        last = node.value[-1].end_mark.index
        rest = text[last:close].lstrip()
        return (
            text[:last] + f", {written}" + (text[last:close] if not rest.startswith(",") else rest[1:]) + text[close:]
        )
    last = node.value[-1]
    dash = " " * node.start_mark.column + "- "
    inline = isinstance(last, yaml.MappingNode) and last.flow_style
    lines = "".join((dash + (_flow(feed) if inline else _block(feed, len(dash)))) + "\n" for feed in feeds)
    place = _line_end(text, _content_end(text, last, end))
    before = text[:place] if text[:place].endswith("\n") else text[:place] + newline
    return before + lines.replace("\n", newline) + text[place:]


def remove(text: str, number: int, *, file: str) -> str:
    """The text without the feed of that place in the list."""
    node, end = _list(text, file)
    item = node.value[number]
    if node.flow_style:
        return _without(text, node, number, end)
    if len(node.value) == 1:
        start, stop = node.start_mark.index, _line_end(text, _content_end(text, item, end))
        newline = "\r\n" if "\r\n" in text else "\n"
        head = text[:start].rstrip(" \t")
        # The list begins on its key's line where it cannot stay empty.
        return head.rstrip("\r\n") + " []" + newline + text[stop:]
    start = text.rfind("\n", 0, item.start_mark.index) + 1
    following = node.value[number + 1].start_mark.index if number + 1 < len(node.value) else end
    return text[:start] + text[_line_end(text, _content_end(text, item, following)) :]


def _without(text: str, node: yaml.SequenceNode, number: int, end: int) -> str:
    """A flow list without one of its entries and the comma beside it."""
    items = node.value
    if len(items) == 1:
        return text[: node.start_mark.index] + "[]" + text[end:]
    if number + 1 < len(items):
        return text[: items[number].start_mark.index] + text[items[number + 1].start_mark.index :]
    return text[: items[number - 1].end_mark.index] + text[items[number].end_mark.index :]


def _list(text: str, file: str) -> tuple[yaml.SequenceNode, int]:
    """The node of `feeds`, and the index after its end."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ConfigError(file, [Problem(file=file, line=0, path="", message=str(error).splitlines()[0])]) from error
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    node = next((value for key, value in pairs if key.value == "feeds"), None)
    if not isinstance(node, yaml.SequenceNode):
        raise ConfigError(file, [Problem(file=file, line=0, path="feeds", message="is no list; write `feeds: []`")])
    return node, node.end_mark.index


def _content_end(text: str, node: yaml.Node, limit: int) -> int:
    """The index after the last thing that belongs to a node; a block's own end mark lies beyond its comments.

    Tokens are asked, because the node of an alias stands where its anchor does.
    """
    start = node.start_mark.index
    tokens = (token for token in yaml.scan(text, Loader=yaml.SafeLoader) if isinstance(token, _CONTENT))
    return max(int(token.end_mark.index) for token in tokens if start <= token.start_mark.index < limit)


def _line_end(text: str, index: int) -> int:
    """The index after the line that holds what stands before `index`."""
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
    """A text as YAML reads it back in any place: bare where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and "  " not in text:
        return text
    return '"' + "".join(_quoted(char) for char in text) + '"'


def _quoted(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    return char if char.isprintable() else f"\\U{ord(char):08x}"
