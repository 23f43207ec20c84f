"""Everything that is kept on disk: the database (`db`), the archive (`archive`), and plain files of a workspace (`files`).

Takes and gives values of `digest.model`; no SQL row or open file leaves it. Decides nothing about issues or mail.
"""
