"""The archive over HTTP: a workspace -> an application. Binds no address, reads no clock, renders no issue.

One module per group of routes, each with `routes(site)`; `app.py` joins them and adds what every answer carries.
"""

from digest.web.app import make_app
from digest.web.context import Mail, Site

__all__ = ["Mail", "Site", "make_app"]
