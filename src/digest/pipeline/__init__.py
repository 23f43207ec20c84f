"""The whole program: feeds in, an archived issue out. Wires the edges to the core; decides nothing itself.

collect     for each feed: fetch | parse | identify | admit | store          a bad feed costs one line
build       read back what the archive holds and the store does not
            take the slot that is due, or the open period's draft | store the cutoff
            collect                          what it finds is first seen at the cutoff
            window | sift | classify | compose | render
            check                            a mail that cannot be read stays a draft
            archive                          temp folder, then rename
            close                            note what was published
publish     build the slot's issue, judge it, mail it, tell
send        freeze the recipients | for each: offered, committed | message | its state; see `digest.pipeline.send`
"""

from digest.pipeline.build import (
    Built,
    build,
    close_draft,
    due,
    files,
    read_back,
    refuse_past,
    render_again,
    standing,
)
from digest.pipeline.collect import Fetched, collect
from digest.pipeline.health import health
from digest.pipeline.overviews import write_overviews
from digest.pipeline.program import Program
from digest.pipeline.publish import Desk, Published, approve, publish
from digest.pipeline.send import Sent, outstanding, send

__all__ = [
    "Built",
    "Desk",
    "Fetched",
    "Program",
    "Published",
    "Sent",
    "approve",
    "build",
    "close_draft",
    "collect",
    "due",
    "files",
    "health",
    "outstanding",
    "publish",
    "read_back",
    "refuse_past",
    "render_again",
    "send",
    "standing",
    "write_overviews",
]
