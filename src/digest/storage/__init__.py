"""Everything kept on disk: the database (`db`), the archive (`archive`), and the other files of a workspace (`files`).

In: values of `digest.model`. Out: the same values again. Never lets SQL rows or open files out, or decides about issues and mail.
"""
