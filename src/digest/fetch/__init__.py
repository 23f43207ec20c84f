"""Fetch feeds over HTTP, many at once but few per host, and parse them in a pool of processes.

In: `Request`s and a clock. Out: `Answer`s, each with a body or with a cause in plain words. Never stores anything, and imports
nothing here, so that a parser process does not load the HTTP client.
"""
