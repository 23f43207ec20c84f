"""Let agents read the archive by the Model Context Protocol. In: an archive and its index. Out: a server of the official SDK.

Never writes, never shows drafts, and never lets a feed's text out unmarked.
"""
