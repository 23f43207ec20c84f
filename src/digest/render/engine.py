"""Render a template with a view, or raise a `ConfigError` that names the template and the line.

Escaping depends on the output: `*.html.j2` and the templates they include make HTML, `*.md.j2` make Markdown, `*.txt.j2` make plain
text. Texts of templates are messages of the catalogues: `{{ _("…") }}`.
"""

import re
import traceback
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import lru_cache
from hashlib import sha256

from jinja2 import (
    Environment,
    FunctionLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateRuntimeError,
    TemplateSyntaxError,
    pass_eval_context,
)
from jinja2.nodes import EvalContext
from markupsafe import Markup

from digest.errors import ConfigError, Problem
from digest.render.markdown_text import escaped, markdown_text, markdown_url
from digest.text import formatting, words
from digest.text.columns import width, wrap
from digest.text.languages import foreign, isolated, right_to_left

MOST_STEPS = 1_000_000  # of `range`, for one document
MOST_PIECES = 2_000_000  # that a template may write; an issue has some tens of thousands
_STEPS: ContextVar[list[int]] = ContextVar("steps")
# What would make the inliner or a mail client load a remote style sheet.
_REMOTE_STYLE = re.compile(r"@import|<link\b[^>]*\bstylesheet", re.IGNORECASE)


class Engine:
    """The templates of one workspace, compiled on first use."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self._templates = templates
        self._html, self._text, self._remote = _compiled(tuple(templates.items()))

    def render(self, name: str, **variables: object) -> str:
        """Render one document.

        Raises:
            ConfigError: the template is missing, broken, uses an unknown variable or loads a remote style sheet.
        """
        if self._remote is not None:
            raise self._remote
        environment = self._html if name.endswith(".html.j2") else self._text
        if name.endswith(".md.j2"):
            variables = {key: escaped(value, markdown_text, markdown_url) for key, value in variables.items()}
        _STEPS.set([MOST_STEPS])
        try:
            return _bounded(environment.get_template(name).generate(**variables, footnotes=Footnotes()))
        except TemplateSyntaxError as error:
            raise _broken(error.name or name, error.lineno, str(error.message)) from error
        except TemplateNotFound as error:
            raise _broken(str(error.name), 0, "no such template") from error
        except (
            TemplateError,
            TypeError,
            ValueError,
            ArithmeticError,
            LookupError,
            AttributeError,
            RecursionError,
        ) as error:
            raise _broken(*_place(error, name, self._templates), str(error)) from error


@lru_cache(maxsize=4)
def _compiled(templates: tuple[tuple[str, str], ...]) -> tuple[Environment, Environment, ConfigError | None]:
    """The environments for HTML and for text, and the error if they must not be used. Cached, because compiling is slow."""
    html, text = (_environment(dict(templates), autoescape=escaping) for escaping in (True, False))
    html.filters |= {"lang": _lang}
    text.filters |= {"wrap": wrap, "columns": width}
    return html, text, next(_remote_styles(templates), None)


def _remote_styles(templates: Iterable[tuple[str, str]]) -> Iterator[ConfigError]:
    for name, text in templates:
        found = _REMOTE_STYLE.search(text)
        if found and not name.startswith("site/"):
            line = text.count("\n", 0, found.start()) + 1
            yield _broken(name, line, f"{found[0]!r}: an issue must contain its styles and not load any")


def _environment(templates: Mapping[str, str], *, autoescape: bool) -> Environment:
    environment = Environment(
        loader=FunctionLoader(lambda name: _source(name, templates)),
        undefined=StrictUndefined,
        autoescape=autoescape,  # noqa: S701  (off for plain text; Markdown is escaped before it gets here)
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.add_extension("jinja2.ext.i18n")
    environment.extend(newstyle_gettext=True)
    environment.globals |= {"range": _range, "gettext": _gettext, "ngettext": _ngettext, "_": _gettext}
    environment.filters |= {
        "number": formatting.number,
        "count": formatting.count,
        "listed": formatting.listed,
        "sha256": style_hash,
        "isolated": isolated,
    }
    return environment


@pass_eval_context
def _gettext(context: EvalContext, message: str, /, **values: object) -> str:
    """A message in the language in use. It may hold markup; its values are escaped."""
    return _filled(context, words.looked_up(message), values)


@pass_eval_context
def _ngettext(context: EvalContext, one: str, many: str, number: int, /, **values: object) -> str:
    """The form of a message for a number, which it may name as `number`."""
    said = words.plural_looked_up(one, many, number)
    return _filled(context, said, {"number": formatting.number(number), **values})


def _filled(context: EvalContext, said: str, values: Mapping[str, object]) -> str:
    kind = Markup if context.autoescape else str
    return words.filled(said, lambda piece: kind(piece) % values)


def _range(*bounds: int) -> Iterator[int]:
    """`range` for templates, out of the steps that one document may take."""
    left = _STEPS.get()
    for number in range(*bounds):
        left[0] -= 1
        if left[0] < 0:
            raise TemplateRuntimeError(f"takes more than {MOST_STEPS} steps; does a loop end?")
        yield number


def _bounded(pieces: Iterable[str]) -> str:
    """A document, unless it does not end."""
    made: list[str] = []
    for piece in pieces:
        made.append(piece)
        if len(made) > MOST_PIECES:
            raise TemplateRuntimeError(f"writes more than {MOST_PIECES} pieces; does a loop end?")
    return "".join(made)


def _source(name: str, templates: Mapping[str, str]) -> tuple[str, str, Callable[[], bool]] | None:
    """The source of a template under its own name, so that tracebacks show it."""
    return (templates[name], name, lambda: True) if name in templates else None


def style_hash(text: str) -> str:
    """The hash of a style block, in the form of a Content-Security-Policy."""
    return Markup("sha256-" + b64encode(sha256(text.encode()).digest()).decode())  # noqa: S704  (base64 needs no escape)


def _lang(text: str) -> str:
    """The attributes of an element whose text is in another language than the page; nothing if it is not."""
    code = foreign(text, words.language())
    return Markup(f' lang="{code}"' + ' dir="rtl"' * right_to_left(code)) if code else ""  # noqa: S704  (a code of ours)


def _place(error: Exception, name: str, templates: Mapping[str, str]) -> tuple[str, int]:
    """The innermost template and line in a traceback. Jinja2 maps its frames to the lines of templates."""
    frames = traceback.extract_tb(error.__traceback__)
    inside = [(frame.filename, frame.lineno or 0) for frame in frames if frame.filename in templates]
    return inside[-1] if inside else (name, 0)


def _broken(name: str, line: int, message: str) -> ConfigError:
    problem = Problem(file=f"templates/{name}", line=line, path="", message=message)
    return ConfigError(problem.file, [problem])


class Footnotes:
    """Numbers links while a template runs. The template prints the list where it wants."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._listed = 0

    def mark(self, url: str) -> str:
        """` [3]`, or the empty string without a URL."""
        if not url:
            return ""
        return f" [{self._numbers.setdefault(url, len(self._numbers) + 1)}]"

    def take(self) -> list[tuple[int, str]]:
        """The numbers since the last call, with their URLs."""
        new = [(number, url) for url, number in self._numbers.items() if number > self._listed]
        self._listed = len(self._numbers)
        return new
