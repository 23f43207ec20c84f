"""Write an issue's announcement for a team's channel, and its subject line."""

from digest.model import Issue, IssueItem
from digest.render.links import on_the_web
from digest.render.markdown_text import markdown_url
from digest.text.clean import clean, cut, web_url

STORIES = 5
CHARS = 200
# Chats have no entities. Angle brackets and @ would notify people (`<!channel>`, `@everyone`), so they are replaced.
_CHAT = str.maketrans({"<": "‹", ">": "›", "@": "@\u200b", **{char: "\\" + char for char in "\\`*_[]~|"}})


def announce(issue: Issue, *, base_url: str) -> tuple[str, str]:
    """The lead with its result, the three lines, the next best with their links, and where the whole issue is, if it has an address."""
    items = issue.by_id(folded=False)
    stories = [items[id_] for id_ in issue.best if id_ in items][:STORIES]
    lines = [_text(line.text) for line in issue.lines]
    lead = [_lead(stories[0])] if stories else []
    listed = [f"- {_linked(item.title, item.url)}" for item in stories[1:]]
    page = on_the_web(base_url).issue(issue.key)
    end = [f"[The whole issue]({markdown_url(page)})"] if page else []
    return f"{clean(issue.title)} {issue.key}", "\n\n".join(
        part for part in (*lead, "\n".join(lines), "\n".join(listed), *end) if part
    )


def _lead(item: IssueItem) -> str:
    """Its title, and one sentence that carries its result."""
    return "\n".join(filter(None, (_linked(item.title, item.url), _text(item.result or item.brief or item.summary))))


def _linked(title: str, url: str) -> str:
    address = web_url(url)
    return f"[{_text(title)}]({markdown_url(address).replace('&amp;', '&')})" if address else _text(title)


def _text(raw: str) -> str:
    return cut(clean(raw), CHARS).translate(_CHAT)


LONGEST = 78  # characters; phones show about half of them


def subject(issue: Issue) -> str:
    """The subject, such as `LLM Trends Weekly 2026-W48: title of the lead`, marked if the issue is a draft or a sample."""
    mark = "[draft] " if issue.state == "draft" else ""
    head = f"{mark}{clean(issue.title)} {issue.key}"
    items = issue.by_id(folded=False)
    first = next((items[id_].title for id_ in issue.best if id_ in items), "")
    return cut(f"{head}: {clean(first)}" if first else head, LONGEST)
