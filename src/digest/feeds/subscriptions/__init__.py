"""Edit the list of feeds in feeds.yaml, read and write OPML, and find the feeds of a web page.

In: the text of a file or page. Out: the changed text, or the feeds it names. Never does I/O.
"""
