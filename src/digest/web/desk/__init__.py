"""The editor's desk in a browser: the draft beside what can be done with it.

In: a workspace, a clock, and how people get in (a link in a terminal, or accounts and mail). Out: routes below `/desk`. Never changes
anything but by the services that the commands call, in a workspace opened as a command opens it. Pages work without JavaScript; htmx and SortableJS only spare the reload and add dragging.
"""

from digest.web.desk.app import add_desk, make_desk
from digest.web.desk.place import Desk

__all__ = ["Desk", "add_desk", "make_desk"]
