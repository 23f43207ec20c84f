"""The plain files of a workspace: locks, heartbeat, JSON lines, packaged resources, atomic writes.

Takes paths and text or bytes; gives text, or an error that names the path. Knows no SQL and no issue.
"""
