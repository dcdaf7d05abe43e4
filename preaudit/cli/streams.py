"""Standard output belongs to the report alone.

Reading engines print to standard output, some of them from C. So the process keeps a private copy
of it for reports, and file descriptor 1 becomes another name of standard error, also for child
processes. While library code runs, Python's own `sys.stdout` is turned there as well.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_OUT, _ERR = 1, 2


def reserve_stdout() -> None:
    """Keep standard output for reports: `sys.stdout` writes to it, nothing else does."""
    sys.stdout.flush()
    private = os.dup(_OUT)
    os.dup2(_ERR, _OUT)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    # A name that the terminal cannot show must not cost the reader the report.
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(_Pipe(private, "wb")),
        encoding=encoding,
        errors="replace",
        line_buffering=True,
    )


class ReaderGoneError(Exception):
    """Whoever read standard output has stopped; nothing is wrong with the report."""


class _Pipe(io.FileIO):
    """A file whose vanished reader is told by an error of its own.

    The command-line library takes a broken pipe for exit code 1, which here would say that a check
    fails.
    """

    def write(self, data: ReadableBuffer) -> int:
        """Write what fits.

        Raises:
            ReaderGoneError: Nobody reads any more; what is still buffered then goes nowhere.
        """
        try:
            return super().write(data)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            raise ReaderGoneError from None


@contextlib.contextmanager
def library_output_aside() -> Iterator[None]:
    """Send what libraries print to standard error."""
    with contextlib.redirect_stdout(sys.stderr):
        yield
