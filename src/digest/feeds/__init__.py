"""Feeds: parsing, identity of entries, admission, health, and the lists in feeds.yaml and OPML.

In: bytes, entries and what is remembered of a feed. Out: documents, identity keys, fates and verdicts. Never does I/O.
"""
