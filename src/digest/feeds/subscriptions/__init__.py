"""The list of feeds as people keep it: feeds.yaml edited in place, OPML both ways, the feeds that a web page names. No I/O."""
