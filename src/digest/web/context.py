"""Context shared by all route groups: the workspace, its configuration and store, and the clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from digest.config import Config
from digest.mail.message import Imprint
from digest.mail.transport import Letter, Outcome
from digest.model import Trend, Workspace
from digest.storage.db import Store


@dataclass(frozen=True, kw_only=True, slots=True)
class Mail:
    """How single messages are sent. `post` may be called in any thread."""

    imprint: Imprint
    post: Callable[[Letter], Outcome]


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """The argument of each `routes(site)`. The store's connection belongs to the event loop's thread."""

    workspace: Workspace
    config: Config
    trends: Mapping[str, Trend]
    store: Store
    clock: Callable[[], datetime]
    mail: Mail | None = None
