"""The plain files of a workspace: locks, heartbeat, JSON lines, packaged resources, atomic writes.

In: paths, and text or bytes. Out: text, or an error that names the path. Never touches the database or an issue.
"""
