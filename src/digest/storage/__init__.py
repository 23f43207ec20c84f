"""Everything kept on disk: the database (`db`), the archive (`archive`), and the other files of a workspace (`files`).

Takes and returns values of `digest.model`. SQL rows and open files never leave it; rules about issues and mail are elsewhere.
"""
