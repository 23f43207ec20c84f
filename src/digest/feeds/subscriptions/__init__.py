"""Edit the list of feeds in feeds.yaml, read and write OPML, and find the feeds of a web page. Does no I/O."""
