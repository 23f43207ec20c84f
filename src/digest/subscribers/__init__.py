"""Who gets the mail: addresses, signed links, lists as CSV files, and mail that comes back.

Takes text and bytes from people and servers; gives subscribers, tokens and reports. Opens no connection and stores nothing.
"""
