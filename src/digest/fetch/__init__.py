"""Addresses -> answers: many at once, few per host, each a body or a cause that a person understands. Parses and stores nothing."""

from digest.fetch import policy
from digest.fetch.answer import Answer, Request
from digest.fetch.client import fetch_all

__all__ = ["Answer", "Request", "fetch_all", "policy"]
