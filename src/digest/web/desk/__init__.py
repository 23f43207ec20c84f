"""The editor's desk in a browser: the draft beside what can be done with it.

In: a workspace and a clock. Out: routes below `/desk`. Everything is done by the services that the commands call, each request with
the workspace opened as a command opens it. Pages work without JavaScript; htmx and SortableJS only spare the reload and add dragging.
"""

from digest.web.desk.app import Desk, make_desk

__all__ = ["Desk", "make_desk"]
