"""Tell a quiet feed from a broken one.

In: what is remembered of a feed's past fetches. Out: a `FeedHealth`. Never reads the clock or does I/O.
"""
