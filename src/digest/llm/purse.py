"""Decide whether a request fits the purse, and what tokens cost. Does no I/O."""

from dataclasses import dataclass

from digest.config import ModelSettings


@dataclass(frozen=True, kw_only=True, slots=True)
class Spent:
    """Tokens spent so far. A request without an answer counts with the most that it may have cost."""

    issue: int
    month: int


def refusal(settings: ModelSettings, spent: Spent, ceiling: int) -> str:
    """Why a request of at most so many tokens must not be sent; empty if it may."""
    purse = settings.purse
    if spent.issue + ceiling > purse.per_issue:
        return "the issue’s purse is spent"
    if spent.month + ceiling > purse.per_month:
        return "the month’s purse is spent"
    return ""


def cost(settings: ModelSettings, tokens_in: int, tokens_out: int) -> float:
    """The price of so many tokens, in the provider's currency."""
    price = settings.purse.price
    return (tokens_in * price.input + tokens_out * price.output) / 1_000_000
