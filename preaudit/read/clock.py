"""How long each step of reading a page took, for benchmarks and for finding out what is slow.

Steps may lie within one another (marks have text recognised): a step is given only the time that
no inner step took. Every thread keeps its own account, since a page is read by one thread.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Account:
    spent: dict[str, float] = field(default_factory=dict)
    inner: list[float] = field(default_factory=list)


class _Own(threading.local):
    def __init__(self) -> None:
        self.account = _Account()


_own = _Own()


@contextmanager
def step(name: str) -> Iterator[None]:
    """Put the time of what is done inside down to a step."""
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


def taken() -> tuple[tuple[str, float], ...]:
    """Return the steps of this thread since it was last asked, each with its seconds."""
    spent, _own.account.spent = _own.account.spent, {}
    return tuple(sorted(spent.items()))
