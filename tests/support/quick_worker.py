"""`python quick_worker.py FOLDER [QUEUES]`: the real worker, which sweeps and gives signs of life every second."""

import sys
from dataclasses import replace
from pathlib import Path

if __name__ == "__main__":
    from digest.cli.commands.worker import QUEUES, set_up
    from digest.cli.log_lines import log_to_stderr
    from digest.errors import DigestError
    from digest.workers.worker import Rhythm, run

    log_to_stderr("text")
    kinds = tuple(sys.argv[2].split(",")) if len(sys.argv) > 2 else QUEUES
    setup = set_up(kinds, (Path(sys.argv[1]),))
    try:
        run(replace(setup, rhythm=Rhythm(sweep=1, heartbeat=0.5, silent=3)))
    except DigestError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_code)
