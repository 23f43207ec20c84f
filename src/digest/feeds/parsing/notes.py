"""What the parsers say of a document in the same words."""

WEB_PAGE = "a web page, not a feed"
NO_ENTRIES = "the feed contains no entries"
