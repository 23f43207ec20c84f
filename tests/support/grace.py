"""`python grace.py SECONDS ARGV...`: `digest ARGV...`, whose daemon gives a step this long to finish once it is told to stop.

The tests say how long, since on a busy machine a step takes its time.
"""

import sys

from digest import daemon
from digest.cli import main

if __name__ == "__main__":
    daemon.GRACE = float(sys.argv[1])  # type: ignore[assignment]
    sys.exit(main(sys.argv[2:]))
