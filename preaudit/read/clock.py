"""How long each step of reading a page took, and when it is time to give the page up.

Steps may lie within one another (marks have text recognised): a step is given only the time that
no inner step took. Every thread keeps its own account, since a page is read by one thread. Whether
time is up is asked at the beginning of every step and of every line that is read.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


class OutOfTimeError(Exception):
    """A page takes longer than it may."""


@dataclass(slots=True)
class _Account:
    until: float = math.inf
    spent: dict[str, float] = field(default_factory=dict)
    inner: list[float] = field(default_factory=list)


class _Own(threading.local):
    def __init__(self) -> None:
        self.account = _Account()


_own = _Own()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Put the time of what is done inside down to a step.

    Raises:
        OutOfTimeError: Time was up before it began.
    """
    go_on()
    account = _own.account
    account.inner.append(0.0)
    began = time.perf_counter()
    try:
        yield
    finally:
        took = time.perf_counter() - began
        within = account.inner.pop()
        account.spent[name] = account.spent.get(name, 0.0) + took - within
        if account.inner:
            account.inner[-1] += took


@contextmanager
def page(limit_s: float) -> Iterator[None]:
    """Start this thread's account of a page, which may take that many seconds by the clock."""
    _own.account = _Account(until=time.perf_counter() + limit_s)
    try:
        yield
    finally:
        _own.account.until = math.inf


def go_on() -> None:
    """Return while there is time left.

    Raises:
        OutOfTimeError: There is none.
    """
    if time.perf_counter() > _own.account.until:
        raise OutOfTimeError


def taken() -> tuple[tuple[str, float], ...]:
    """Return the steps of this thread since it was last asked, each with its seconds."""
    spent, _own.account.spent = _own.account.spent, {}
    return tuple(sorted(spent.items()))
