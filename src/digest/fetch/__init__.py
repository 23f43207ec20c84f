"""Addresses to answers: many at once, few per host, each a body or a cause that a person understands; and the pool that parses them.

Takes `Request`s and a clock; gives `Answer`s. Stores nothing. Nothing is imported here, so that a parser process loads no HTTP client.
"""
