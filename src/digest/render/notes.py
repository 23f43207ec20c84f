"""Write items, trends and issues as notes for Obsidian: front matter, links between notes, and a line below which a person writes.

A note's name and the part above its line depend on the archive alone. What is below the line, and keys of the front matter that are not
ours, are a person's and are kept.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from digest.citations import of_card
from digest.citations.reference import Reference, key_of
from digest.model import Card, Issue, Trend
from digest.render.markdown_text import markdown_text, markdown_url
from digest.text.clean import clean, readable

LINE = "%% Write below this line. Everything above it is replaced by the next export. %%"
SOURCE = "digest"  # a tag that every note has
_FRONT = re.compile(r"\A---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)


def item_path(reference: Reference) -> str:
    return f"Items/{reference.key}.md"


def trend_path(id_: str) -> str:
    return f"Trends/{id_}.md"


def issue_path(key: str) -> str:
    return f"Issues/{key}.md"


def item_note(card: Card, trends: Mapping[str, Trend]) -> str:
    """The generated part of an item's note."""
    one = of_card(card)
    fields = {
        "title": one.title,
        "aliases": [one.title],
        "authors": [
            name.literal or f"{name.given} {name.particle} {name.family}".replace("  ", " ") for name in one.authors
        ],
        "published": one.date,
        "url": one.url,
        "arxiv": one.arxiv,
        "doi": one.doi,
        "kind": one.type,
        "trends": [_link(trend_path(id_), _name(id_, trends)) for id_ in _trends(card)],
        "issue": _link(issue_path(card.key), card.key),
        "citekey": one.key,
        "tags": [SOURCE, f"{SOURCE}/{one.type}"],
    }
    address = [f"[{_text(one.url)}]({markdown_url(one.url)})"] if one.url else []
    return _note(fields, one.title, [*filter(None, [_text(one.abstract)]), *address])


def trend_note(id_: str, trends: Mapping[str, Trend]) -> str:
    """The generated part of a trend's note: its baseline in short. Obsidian lists the items that link to it."""
    trend = trends.get(id_)
    name = _name(id_, trends)
    fields = {
        "title": name,
        "aliases": [name],
        "baseline": trend.as_of if trend else "",
        "tags": [SOURCE, f"{SOURCE}/trend"],
    }
    return _note(fields, name, [_text(clean(trend.summary))] if trend else [])


def issue_note(issue: Issue) -> str:
    """The generated part of an issue's note: its three lines, and its items by trend."""
    fields = {
        "title": f"{clean(issue.title)} {issue.key}",
        "published": issue.slot.date(),
        "tags": [SOURCE, f"{SOURCE}/issue"],
    }
    paragraphs = [_text(readable(line.text)) for line in issue.lines]
    for section in issue.trends:
        paragraphs += [f"## {_link(trend_path(section.id), clean(section.name))}", _listed(section.items)]
    if issue.also_noted:
        paragraphs += ["## Also noted", _listed(issue.also_noted)]
    return _note(fields, f"{clean(issue.title)} {issue.key}", list(filter(None, paragraphs)))


def merged(made: str, there: str | None) -> str | None:
    """A note with its new generated part and what a person wrote; None if the note that is there is not one of ours."""
    if there is None:
        return f"{made}{LINE}\n"
    generated, found, below = there.partition(LINE)
    if not found:
        return None
    front = _FRONT.match(made)
    assert front is not None
    return f"{_front(front[1], generated)}{made[front.end() :]}{LINE}{below}"


def _front(made: str, there: str) -> str:
    """The front matter, with the keys that a person added."""
    before = _FRONT.match(there)
    try:
        known = yaml.safe_load(before[1]) if before else None
    except yaml.YAMLError:
        known = None
    ours = yaml.safe_load(made)
    added = (
        {key: value for key, value in known.items() if key not in (*ours, *_OURS)} if isinstance(known, dict) else {}
    )
    return f"---\n{made}{_yaml(added) if added else ''}---\n"


_OURS = (
    "authors",
    "published",
    "url",
    "arxiv",
    "doi",
    "kind",
    "trends",
    "issue",
    "citekey",
    "baseline",
)  # may be empty


def _note(fields: Mapping[str, Any], title: str, paragraphs: Iterable[str]) -> str:
    held = {key: value for key, value in fields.items() if value}
    return "\n\n".join([f"---\n{_yaml(held)}---\n# {_text(title)}", *paragraphs]) + "\n\n"


def _yaml(fields: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(fields), allow_unicode=True, sort_keys=False, width=10_000))


def _listed(items: Iterable[Any]) -> str:
    """A list of links to items' notes."""
    return "\n".join(f"- {_link(f'Items/{key_of(item.id)}.md', readable(item.title))}" for item in items)


def _link(path: str, text: str) -> str:
    """A link between notes. Its text cannot end it, and is plain: Obsidian shows no markup there."""
    shown = re.sub(r"[\[\]|#^\\%<>`$]", " ", text)
    return f"[[{path.removesuffix('.md')}|{' '.join(shown.split()) or path}]]"


def _text(line: str) -> str:
    """A clean line as Markdown, without anything that begins a tag, a comment or a block reference in Obsidian."""
    parts = re.split(r"([#%^])", line)
    return "".join(f"&#{ord(part)};" if part in ("#", "%", "^") else markdown_text(part) for part in parts)


def _trends(card: Card) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (card.section, *card.trends))))


def _name(id_: str, trends: Mapping[str, Trend]) -> str:
    return clean(trends[id_].name) if id_ in trends else id_
