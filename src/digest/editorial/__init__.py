"""Compose an `Issue` from a window's items: candidates, stories, ranking, sections, pulse and summaries.

In: values of `digest.model` and the verdicts on the items. Out: an `Issue`, and the reasons for it. Never does I/O or reads the clock.
"""
