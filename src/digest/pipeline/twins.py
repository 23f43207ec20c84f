"""An issue and its rendered texts -> its files that are no text: the mail as one message, and the picture. Writes nothing."""

from collections.abc import Mapping

from digest import resources
from digest.deliver.message import neutral
from digest.model import Issue
from digest.pipeline.letters import imprint
from digest.pipeline.program import Program
from digest.render import subject
from digest.render.cover import cover
from digest.render.links import PICTURE

MESSAGE = "email.eml"


def twins(program: Program, issue: Issue, texts: Mapping[str, str]) -> dict[str, bytes]:
    """By name. The message is dated with the issue's cutoff, so that it is the same whenever it is made.

    Raises:
        UsageError: `delivery.from` is no address.
    """
    message = neutral(
        key=issue.key,
        subject=subject(issue),
        date=issue.window.end,
        html_part=texts["email.html"],
        text_part=texts["email.txt"],
        imprint=imprint(program.config),
    )
    return {MESSAGE: message, PICTURE: cover(issue, resources.fonts())}
