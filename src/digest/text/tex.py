r"""Replace TeX markup in a line by plain characters: `$8\times$` becomes 8×, `\textbf{OPID}` becomes OPID.

A formula that cannot be replaced completely is left in TeX, because half a formula is worse.
"""

import re
from unicodedata import normalize

CHARS = 20_000  # the longest line that is processed
_OF_TYPE = r"\\(?:text(?:bf|it|tt|sc|sf|rm|sl|up)?|emph|underline|uline|uwave|mbox|revise|math(?:bf|bb|rm|it|sf|tt|cal))\{([^{}$]*)\}"
_TYPE = re.compile(_OF_TYPE)
_SPOKEN = re.compile(rf"\${_OF_TYPE}\$")  # words set as a formula only for their typeface
_NAMED = re.compile(r"\\(textasciicircum|textasciitilde|textunderscore|eg|ie|etal|wrt)(?:\{\}|\b)\.?")
_SAID = {
    "textasciicircum": "^",
    "textasciitilde": "~",
    "textunderscore": "_",
    "eg": "e.g.",
    "ie": "i.e.",
    "etal": "et al.",
    "wrt": "w.r.t.",
}
_OUR = re.compile(
    r"(^|[.!?:] )?\\([oO]urs?|OURS|our(?:method|model|bench|benchmark|dataset|framework|system)|bench|method|fullmethod|methodname|modelname|benchmarkname|benchname|datasetname|toolname|sys(?:tem|name)?|framework|approach|name)\b(?:\{\}|~)?(?![\[{])"
)  # what the work is called
_OUR_NAMES = {
    "our": "method",
    "ours": "method",
    "name": "method",
    "methodname": "method",
    "fullmethod": "method",
    "modelname": "model",
    "benchmarkname": "benchmark",
    "benchname": "benchmark",
    "datasetname": "dataset",
    "toolname": "tool",
    "Our": "method",
    "Ours": "method",
    "OURS": "method",
    "ourmethod": "method",
    "ourmodel": "model",
    "ourbench": "benchmark",
    "ourbenchmark": "benchmark",
    "ourdataset": "dataset",
    "ourframework": "framework",
    "oursystem": "system",
    "bench": "benchmark",
    "sys": "system",
    "sysname": "system",
}
_OWN = re.compile(r"\\([A-Za-z]{3,})\{\}")  # an author's own command, for which its name stands
_BARE = re.compile(r"\\([A-Za-z]{3,})\b(?![{\[\\])")
_LOST = re.compile(r"(?<=\d)times\b|(?<= )(?:left|right)arrow(?= )")  # in feeds that drop the backslash
_LOST_TYPE = re.compile(r"(?<![A-Za-z])text(?:bf|it|tt|sc|sf|rm)?\{([^{}$]*)\}")
_TIED = re.compile(r"(?<=[A-Za-z])~(?=[\w(])|(?<=\))~(?=\S)")
_SPAN = re.compile(r"(?<=\d)(?:~ ?| ~ )(?=\d)")  # of two figures: "3~ 6×"
_SWITCH = re.compile(r"\{\\(?:em|it|bf|tt|sc|text(?:it|bf|tt))\s([^{}$]*)\}")
_CITED = re.compile(
    r" ?\(\\[cC]?ref\{[^{}]*\}[^()]{0,20}\)|[\s~]*\\(?:cite[pt]?|[cC]?ref|label)\{[^{}]*\}|[\s~]*\\footnote(?:text|mark)?\{(?:[^{}]|\{[^{}]*\}){0,600}(?:\}|$)"
)  # a feed may cut a text within its footnote
_ESCAPED = re.compile(r"\\([%&_#$ ])")
_THOUSANDS = re.compile(r"(?<=\d)\{,\}(?=\d)")
_SPACE = re.compile(r"(?<=\d)\\[,;](?=\s?[A-Za-z])")  # "1.5\\,TB"
_STRAY = re.compile(r"\\(?=\d)")
_LONE_COMMAND = re.compile(r"\{\\([A-Za-z]{2,10})\}(?=-)")  # "{\\pi}-Lift"
_BREAK = re.compile(r"(?<=[.,;:?! ])\\\\(?=\s)")  # of a line
_ACCENT = re.compile(r"""\{\\(["'`^~])\}?([A-Za-z])\}?|\\(["'`^~])\{([A-Za-z])\}""")
_MARKS = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303"}
_COLOURED = re.compile(r"\\textcolor\{[^{}]*\}\{([^{}]*)\}|\\color\{[^{}]*\}")
_SUPER = re.compile(r"\\textsuperscript\{([0-9+-]+)\}")
_QUOTED = re.compile(r"``([^`]*?)''")
_RANGE = re.compile(r"(?<=[\w×%])--(?=\w)|(?<= )---?(?= )")
# Between dollar signs, but not sums of money: "from $5 to $10".
_FORMULA = re.compile(r"\$(?!\s)([^$]{1,60})(?<!\s)\$(?!\d)|\$(\\[A-Za-z][^$]{0,30})(?<!\s)\$")
_INLINE = re.compile(r"\\\(([^()\\$]{1,60}(?:\\[A-Za-z%]{1,12}[^()\\$]{0,40}){0,4})\\\)")
_COMMAND = re.compile(r"\\([A-Za-z]+|[%,;! ])")
_RAISED = re.compile(r"\^(?:\{([0-9+-]+)\}|([0-9+]))")
_LOWERED = re.compile(r"_(?:\{([0-9]+)\}|([0-9]))")
_VERSION = re.compile(r"(?<=\w)_\{?(\d\.\d{1,2})\}?$")  # of a model: the letter and its number
_GROUP = re.compile(r"(?<![\^_])\{([^{}\\^_]*)\}")
_UP = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_DOWN = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_GREEK = (
    "alpha α beta β gamma γ delta δ epsilon ε varepsilon ε eta η theta θ kappa κ lambda λ mu μ nu ν xi ξ pi π rho ρ sigma σ"
    " tau τ phi φ varphi φ chi χ psi ψ omega ω Delta Δ Gamma Γ Lambda Λ Omega Ω Phi Φ Pi Π Psi Ψ Sigma Σ Theta Θ"
)
_SIGNS = (
    "times × pm ± to → rightarrow → leftarrow ← uparrow ↑ downarrow ↓ leftrightarrow ↔ neq ≠ ne ≠ leq ≤ le ≤ geq ≥ ge ≥ approx ≈ sim ~ infty ∞ ell ℓ"
    " propto ∝ lesssim ≲ gtrsim ≳ star * ast * cdot · ldots … dots … circ ° log log max max min min"
)
_PLAIN = dict(zip(*[iter(f"{_GREEK} {_SIGNS}".split())] * 2, strict=True)) | {
    "%": "%",
    ",": "",
    ";": " ",
    "!": "",
    " ": " ",
}


def untex(line: str) -> str:
    """The line with TeX markup replaced where possible. Lines of more than `CHARS` characters are not changed."""
    if len(line) > CHARS:
        return line
    if "\\" in line:
        line = _ACCENT.sub(_accented, _BREAK.sub("", line))
        line = _STRAY.sub("", _SPACE.sub(" ", line))
        line = _LONE_COMMAND.sub(lambda sign: str(_PLAIN.get(sign[1], sign[0])), line)
        line = _OUR.sub(_our, _COLOURED.sub(r"\1", line))
        line = _SUPER.sub(lambda power: power[1].translate(_UP), line)
        line = _NAMED.sub(lambda name: _SAID[name[1]], line)
        for marks in (_CITED, _OWN, _SPOKEN, _TYPE, _TYPE, _SWITCH):  # typeface commands may be nested
            line = marks.sub("" if marks is _CITED else r"\1", line)
    if "\\(" in line:
        line = _INLINE.sub(r"$\1$", line)
    if "$" in line:
        line = _FORMULA.sub(_formula, line)
    if "\\" in line:
        line = _ESCAPED.sub(r"\1", line)
        line = line if "$" in line else _BARE.sub(lambda own: str(_PLAIN.get(own[1], own[1])), line)
    line = _THOUSANDS.sub(",", line) if "{,}" in line else line
    line = _LOST.sub(lambda name: _PLAIN[name[0]], line)
    line = _LOST_TYPE.sub(r"\1", line)
    line = _TIED.sub(" ", line)
    line = _SPAN.sub("–", line) if "~" in line else line
    if "--" in line:
        line = _RANGE.sub("–", line)
    return _QUOTED.sub(r"“\1”", line) if "``" in line else line


def _our(found: re.Match[str]) -> str:
    opens = found[1] is not None
    return f"{found[1] or ''}{'Our' if opens else 'our'} {_OUR_NAMES.get(found[2], found[2])}"


def _accented(found: re.Match[str]) -> str:
    return normalize("NFC", (found[2] or found[4]) + _MARKS[found[1] or found[3]])


def _formula(found: re.Match[str]) -> str:
    """A formula in plain characters, if all of it can be replaced."""
    text = _COMMAND.sub(lambda command: _PLAIN.get(command[1], command[0]), found[1] or found[2])
    text = _RAISED.sub(lambda power: (power[1] or power[2]).translate(_UP), text)
    text = _LOWERED.sub(lambda index: (index[1] or index[2]).translate(_DOWN), text)
    text = _VERSION.sub(r"\1", text)
    text = _GROUP.sub(r"\1", text.replace("^*", "*"))
    return found[0] if any(mark in text for mark in "\\{}^_") or _is_prose(text) else text


def _is_prose(text: str) -> bool:
    """Whether the dollar signs enclose words rather than a formula."""
    return sum(len(word) > 1 and word.isalpha() for word in text.split()) > 1
