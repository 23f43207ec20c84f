"""`python walk.py ENCODING`: do the commands of standard input, each a line of JSON, and write what became of each as another.

That is the command, its exit code or what it raised, what it wrote to standard error, and how many bytes to standard output.
"""

import io
import json
import sys

from digest.cli import main


def walk(encoding: str) -> None:
    for line in sys.stdin:
        argv = json.loads(line)
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True) for _ in range(2))
        before, sys.stdout, sys.stderr = (sys.stdout, sys.stderr), out, err
        try:
            code: object = main(argv)
        except BaseException as error:  # noqa: BLE001  (a test tells what it was)
            code = repr(error)
        sys.stdout, sys.stderr = before
        told, written = (stream.buffer.getvalue() for stream in (err, out))
        print(json.dumps([argv, code, told.decode("utf-8", "replace"), len(written)]), flush=True)


if __name__ == "__main__":
    walk(sys.argv[1])
