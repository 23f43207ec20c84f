"""Is a feed quiet or broken?

Takes what was remembered of a feed's past fetches; gives a `FeedHealth`. Reads no clock and asks no server.
"""
