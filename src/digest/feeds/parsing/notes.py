"""What the parsers say of a document in the same words."""

WEB_PAGE = "a web page, not a feed"
FEED_LIST = "a list of feeds, not a feed; `digest feeds import` takes it"
SITEMAP = "a sitemap, not a feed"
NO_ENTRIES = "the feed contains no entries"
