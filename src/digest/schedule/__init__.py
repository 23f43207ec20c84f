"""Decide when issues are due.

In: a schedule, a time zone and an instant. Out: slots, keys, and what is due. Never reads the clock; the daemon does.
"""
