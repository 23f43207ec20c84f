"""An issue -> the subject of its mail: its title, its key, and the first thing worth reading. Encodes nothing."""

from digest.model import Issue
from digest.render.plain import clean, cut

LONGEST = 78  # characters; phones show half of it


def subject(issue: Issue) -> str:
    """`LLM Trends Weekly 2026-W48: what the first story is called`, with a mark where the issue is a draft or a sample."""
    mark = "[draft] " if issue.state == "draft" else ""
    head = f"{mark}{clean(issue.title)} {issue.key}"
    titles = {item.id: item.title for section in issue.trends for item in section.items}
    first = next((titles[id_] for id_ in issue.read_first if id_ in titles), "")
    return cut(f"{head}: {clean(first)}" if first else head, LONGEST)
