"""A window's items and their verdicts, turned into an `Issue`: candidates, stories, ranking, sections, pulse, summaries.

Takes values of `digest.model`; gives an `Issue` and the reasons for it. Does no I/O, reads no clock and classifies nothing itself.
"""
