"""The web application of a workspace: archive, search, JSON API, subscription pages and preview.

In: a workspace and its configuration. Out: an aiohttp application, which the caller runs. Never does what a service
does not offer. Each group of routes is a module with `routes(site)`; `app.py` joins them and adds the common headers.
"""

from digest.web.app import make_app
from digest.web.context import Mail, Site

__all__ = ["Mail", "Site", "make_app"]
