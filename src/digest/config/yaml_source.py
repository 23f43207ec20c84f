"""Parse a YAML document into a value of a given type, or into a list of problems, each with its path and line.

The document is read by YAML 1.2's core schema: `no` and `10:30` are strings, not false and 630. Types are dataclasses that
pydantic validates; their validators raise `expected(...)`.
"""

import difflib
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from digest.errors import ConfigError, Problem
from digest.text.clean import one_line
from digest.text.secrets import masked

T = TypeVar("T")
DEEPEST = 40  # levels; a configuration has six
MOST_NODES = 200_000  # values, aliases expanded
_QUOTED = re.compile(r"""(?:^|(?<=[:\[{,\s-]))(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_OPENED = re.compile(r"""(?:^|[:\[{,-])\s*["']""")
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7})(?: |$)")
# The parser's words, and what they mean to somebody who wrote a list of feeds.
_PLAINLY = {
    "'\\t'": "indent with spaces, not with a tab",
    "mapping values are not allowed": "a colon followed by a space begins a value, and no value can begin here: quote the text, or indent the line like those around it",
    "cannot start any token": "a value begins with a character that is special in YAML; put it in quotes",
    "undefined alias": "a value begins with *, which is special in YAML; put it in quotes",
    "expected alphabetic or numeric": "a value begins with * or &, which are special in YAML; put it in quotes",
    "expected <block end>": "is not indented like the lines around it",
    "could not find expected ':'": "a key lacks its colon, or a line is not indented like those around it",
    "escape": "a backslash in double quotes is special in YAML; use single quotes",
    "hexadecimal": "a backslash in double quotes is special in YAML; use single quotes",
    "another document": "--- begins a second document; a configuration has only one",
}
Path = tuple[str | int, ...]

_RESOLVERS = {
    "tag:yaml.org,2002:bool": (r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    "tag:yaml.org,2002:int": (r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    "tag:yaml.org,2002:float": (
        r"^(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$",
        "-+0123456789.",
    ),
    "tag:yaml.org,2002:null": (r"^(?:~|null|Null|NULL)$", "~nN"),
}
_EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping of keys to values",
    "dataclass_type": "a mapping of keys to values",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """The plain data of a YAML document, and the line (from 1) of every path in it."""

    file: str
    data: Any
    lines: Mapping[Path, int]

    def problem(self, path: Path, message: str) -> Problem:
        """A problem at a path, with its line or that of the nearest enclosing value."""
        known = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines), ())
        return Problem(file=self.file, line=self.lines.get(known, 0), path=spelled(path), message=message)


def expected(what: str, got: object) -> PydanticCustomError:
    """The error that a validator raises."""
    return PydanticCustomError("expected", "expected {what}, got {got}", {"what": what, "got": shown(got)})


def spelled(path: Path) -> str:
    """A path as text: `("feeds", 3, "url")` becomes `feeds[3].url`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def shown(value: object) -> str:
    """A value as it was written in YAML, shortened if it is long."""
    words = {None: "nothing", True: "true", False: "false"}
    if value is None or isinstance(value, bool):
        return words[value]
    if isinstance(value, dict | list):
        return "a mapping" if isinstance(value, dict) else "a list"
    return one_line(masked(str(value)), 60)


def read(text: str, *, file: str, first_line: int = 1) -> Marked:
    """Read one YAML document.

    Args:
        text: the document.
        file: its name, for messages.
        first_line: the line of the file at which the text starts.

    Raises:
        ConfigError: it is not YAML, or a key occurs twice.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        _refuse_deep(text, file, first_line)
        node = _compose(text)
    except yaml.MarkedYAMLError as error:
        line, message = _cause(text, error)
        raise _broken(file, first_line + line, message) from error
    except yaml.YAMLError as error:  # a character that YAML forbids
        raise _broken(file, 0, str(error).splitlines()[0]) from error
    builder = _Builder(file, first_line)
    return Marked(file=file, data=builder.build(node, ()) if node else None, lines=builder.lines)


def check(document: Marked, kind: TypeAdapter[T]) -> tuple[T | None, list[Problem]]:
    """The document as a value of a type, or the problems in it."""
    try:
        return kind.validate_python(document.data), []
    except ValidationError as error:
        return None, [_problem(document, kind, one) for one in error.errors(include_url=False)]


def _problem(document: Marked, kind: TypeAdapter[T], error: ErrorDetails) -> Problem:
    path = error["loc"]
    if error["type"] == "missing":
        return document.problem(path, "is missing")
    if error["type"] == "unexpected_keyword_argument":
        return document.problem(path, f"unknown key{_meant(str(path[-1]), kind)}")
    if error["type"] == "literal_error":
        return document.problem(path, f"expected {error['ctx']['expected']}, got {shown(error['input'])}")
    if error["type"] in _EXPECTED:
        got = error["input"]
        return document.problem(path, f"expected {_EXPECTED[error['type']]}, got {_quoted(got)}")
    message = error["msg"][0].lower() + error["msg"][1:]
    return document.problem(path, message if error["type"] == "expected" else f"{message}, got {shown(error['input'])}")


def _quoted(value: object) -> str:
    """A value of the wrong type; a string in quotes, because it must have been quoted to be one."""
    return f'"{shown(value)}"' if isinstance(value, str) else shown(value)


def _meant(key: str, kind: TypeAdapter[T]) -> str:
    schema = kind.json_schema()
    known = {name for part in (schema, *schema.get("$defs", {}).values()) for name in part.get("properties", {})}
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""


class _CoreLoader(yaml.SafeLoader):
    """PyYAML's loader with the core schema of YAML 1.2 instead of 1.1."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, Any]]] = {}  # noqa: RUF012  (PyYAML's own attribute)


for _tag, (_pattern, _first) in _RESOLVERS.items():
    _CoreLoader.add_implicit_resolver(_tag, re.compile(_pattern), list(_first))
_CoreLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^$"), [""])


class _FastLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """The same on top of libyaml, if PyYAML has it: ten times as fast."""

    yaml_implicit_resolvers = _CoreLoader.yaml_implicit_resolvers


def _compose(text: str) -> yaml.Node | None:
    try:
        return yaml.compose(text, Loader=_FastLoader)
    except yaml.YAMLError:
        return yaml.compose(text, Loader=_CoreLoader)  # its messages are better


def _refuse_deep(text: str, file: str, first_line: int) -> None:
    """Refuse a document that is nested deeper than any configuration, before anything recurses into it."""
    depth = 0
    with suppress(yaml.YAMLError):  # reported when the document is composed
        for event in yaml.parse(text, Loader=_FastLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                line = event.start_mark.line if event.start_mark else 0
                raise _broken(file, line + first_line, f"is nested more than {DEEPEST} levels deep")


def _cause(text: str, error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line, counted from 0, at which the fault was made, which may be far above the one at which a parser gives up."""
    mark = error.problem_mark or error.context_mark
    end = mark.line if mark else 0
    for number, line in enumerate(text.split("\n")[: end + 1]):
        bare = _QUOTED.sub("", line.partition(" #")[0])
        if _OPENED.search(bare) and not line.lstrip().startswith("#"):
            return number, "a quote is opened and not closed"
        if _CONFLICT.match(line):
            return number, "a merge left both versions here; keep one"
    opened = error.context_mark
    bracket = {"while parsing a flow sequence": "[", "while parsing a flow mapping": "{"}.get(str(error.context))
    if opened is not None and bracket:
        return int(opened.line), f"a {bracket} is opened and not closed"
    problem = str(error.problem or error.context)
    return end, next((words for found, words in _PLAINLY.items() if found in problem), problem)


class _Builder:
    """Converts YAML nodes to plain data and records their lines."""

    def __init__(self, file: str, first_line: int) -> None:
        self.lines: dict[Path, int] = {}
        self._file = file
        self._first_line = first_line
        self._open: list[yaml.Node] = []
        self._built = 0
        self._scalars = yaml.SafeLoader("")

    def build(self, node: yaml.Node, path: Path) -> Any:
        """The data of one node and everything below it."""
        self.lines.setdefault(path, self._line(node))
        self._built += 1
        if self._built > MOST_NODES:
            raise _broken(self._file, self._line(node), f"aliases make it more than {MOST_NODES} values")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if any(node is above for above in self._open):
            raise _broken(self._file, self._line(node), f"{spelled(path)} contains itself")
        self._open.append(node)
        try:
            if isinstance(node, yaml.MappingNode):
                return self._mapping(node, path)
            return [self.build(child, (*path, number)) for number, child in enumerate(node.value)]
        finally:
            self._open.pop()

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        data: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in data:
                raise _broken(self._file, self._line(key_node), f"{spelled((*path, key))} occurs twice")
            self.lines[*path, key] = self._line(key_node)
            data[key] = self.build(value_node, (*path, key))
        return data

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        if node.tag == "tag:yaml.org,2002:str":
            return node.value
        try:
            return self._scalars.construct_object(node)
        except (yaml.YAMLError, ValueError) as error:
            raise _broken(self._file, self._line(node), f"{spelled(path)} cannot be read ({node.value})") from error

    def _line(self, node: yaml.Node) -> int:
        return int(node.start_mark.line) + self._first_line


def _broken(file: str, line: int, message: str) -> ConfigError:
    return ConfigError(file, [Problem(file=file, line=line, path="", message=message)])
