"""A single letter on its way: the route that people's mail takes, signed as issues are. Keeps no ledger, tries once."""

from collections.abc import Callable
from dataclasses import replace

from digest.deliver.channel import Letter, Outcome, send_one
from digest.pipeline.program import Program
from digest.pipeline.routes import people_route


def poster(program: Program) -> Callable[[Letter], Outcome]:
    """A function that posts one letter; any thread may call it.

    Raises:
        UsageError: a secret or a key is not where the configuration says.
    """
    route = people_route(program)

    def post(letter: Letter) -> Outcome:
        signed = letter if route.sign is None else replace(letter, content=route.sign(letter.content) + letter.content)
        return send_one(route.connect(), signed)

    return post
