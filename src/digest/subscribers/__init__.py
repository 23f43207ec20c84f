"""Subscribers' addresses, signed links, CSV lists, and the mail that comes back.

In: text and bytes from people and servers. Out: addresses, tokens, subscribers and reports. Never connects or stores anything.
"""
