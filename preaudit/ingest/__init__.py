"""Bytes to sheets: what a file is, within limits, each file opened in a process of its own."""

from preaudit.ingest.gathering import gather
from preaudit.ingest.intake import Declaration, Entry, Gathered, Opened
from preaudit.ingest.opened import open_file
from preaudit.ingest.trust_list import read_trust_list
from preaudit.ingest.workshop import Standing, Workshop, shared_workshop

__all__ = [
    "Declaration",
    "Entry",
    "Gathered",
    "Opened",
    "Standing",
    "Workshop",
    "gather",
    "open_file",
    "read_trust_list",
    "shared_workshop",
]
