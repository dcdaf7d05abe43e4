"""Freed memory is kept."""

from __future__ import annotations

import resource
import sys

import numpy as np
import pytest

from preaudit.read.freed import keep_freed

_PAGE_BYTES = 12 << 20


def faults_of_twenty_pages() -> int:
    """Return how many pages of memory the system lends for twenty planes, one after the other."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        np.ones(_PAGE_BYTES, dtype=np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems are left as they are")
def test_planes_are_lent_once() -> None:
    """The second of twenty planes costs nothing more than the first."""
    keep_freed()
    np.ones(_PAGE_BYTES, dtype=np.uint8)
    assert faults_of_twenty_pages() < _PAGE_BYTES / resource.getpagesize() / 2
