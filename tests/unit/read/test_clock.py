"""Time by step, and time that is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from preaudit.document import Flaw
from preaudit.read.boxes import Quad
from preaudit.read.clock import OutOfTimeError, go_on, page, step, taken
from preaudit.read.reader import PageReader, identity
from preaudit.read.spelling import Spelling
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet


def test_a_step_is_not_given_the_time_of_the_steps_within_it() -> None:
    """Recognition within marks counts as recognition."""
    with page(60), step("marks"), step("recognise"):
        time.sleep(0.02)
    spent = dict(taken())
    assert spent["recognise"] >= 0.02
    assert spent["marks"] < spent["recognise"]
    assert taken() == ()


def test_threads_keep_their_own_accounts() -> None:
    """What another thread spends is not put down here."""
    with page(60), ThreadPoolExecutor(1) as pool:
        pool.submit(_work).result()
    assert taken() == ()


def _work() -> None:
    with step("other"):
        pass


def test_when_time_is_up_no_step_begins() -> None:
    """Neither a step nor a line is begun after the limit."""
    with page(-1):
        with pytest.raises(OutOfTimeError):
            go_on()
        with pytest.raises(OutOfTimeError), step("late"):
            pass
    go_on()


class Slow:
    """An engine that takes its time."""

    def find(self, pixels: Pixels, *, side_px: int) -> list[Quad]:
        """Return one line after a while."""
        time.sleep(0.05)
        right = min(side_px, pixels.shape[1])
        return [np.array([[10, 10], [right, 10], [right, 30], [10, 30]], dtype=np.float64)]

    def spell(self, crops: list[Pixels]) -> list[Spelling]:
        """Never get there."""
        raise AssertionError(crops)

    def glance(self, crops: list[Pixels]) -> list[Spelling]:
        """Never get there either."""
        raise AssertionError(crops)


def test_a_page_that_takes_too_long_was_not_read(sheet_of: Callable[[Pixels], Sheet]) -> None:
    """The page is said not to be read, with the limit; it never passes for an empty one."""
    sheet = sheet_of(np.full((400, 300, 3), 255, dtype=np.uint8))
    reading = PageReader(Slow(), identity(Settings()), timeout_s=0.02).read(sheet)
    assert reading.page.quality.flaws == (Flaw.NOT_READ,)
    (problem,) = reading.problems
    assert problem.code == "page_not_read"
    assert "秒" in problem.message.zh
