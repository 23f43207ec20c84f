"""What feeds hold and how they behave: parsing, identity, admission, health, and the list of feeds as people keep it.

Takes bytes, entries and what is remembered of a feed; gives documents, items and verdicts. Fetches nothing and stores nothing.
"""
