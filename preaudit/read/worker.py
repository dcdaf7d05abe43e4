"""The process that reads pages: it loads the networks once and answers for one sheet after another.

Run as `python -m preaudit.read.worker`; `workers` starts it. Frames go each way, each a length of
eight bytes and so many bytes: settings and sheets come pickled from the process that started it,
readings go back as JSON. When that process goes away, stdin ends and so does this one.
"""

from __future__ import annotations

import os
import pickle
import sys
from typing import IO, Final

from preaudit.read.frames import frame, framed
from preaudit.read.reader import READINGS, open_reader

_READY: Final = b"ready"
_OUT: Final = 1
_COMPLAINTS: Final = 2


def main() -> None:
    """Serve sheets until stdin ends."""
    # Whatever some library prints must not get among the answers.
    answers = os.fdopen(os.dup(_OUT), "wb")
    os.dup2(_COMPLAINTS, _OUT)
    asked = sys.stdin.buffer
    first = frame(asked)
    if first is None:
        return
    reader = open_reader(pickle.loads(first))  # noqa: S301 - from the process that started us
    _answer(answers, _READY)
    while (sheet := frame(asked)) is not None:
        reading = reader.read(pickle.loads(sheet))  # noqa: S301 - likewise
        _answer(answers, READINGS.dump_json(reading))


def _answer(stream: IO[bytes], data: bytes) -> None:
    stream.write(framed(data))
    stream.flush()


if __name__ == "__main__":
    main()
