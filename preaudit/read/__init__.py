"""Sheets to pages: `open_reader(settings).read(sheet)`."""

from preaudit.read.electronic_seals import with_electronic_seals
from preaudit.read.kept import keeping
from preaudit.read.reader import Identity, Reader, Reading, identity, open_reader
from preaudit.read.workers import reading_workers

__all__ = [
    "Identity",
    "Reader",
    "Reading",
    "identity",
    "keeping",
    "open_reader",
    "reading_workers",
    "with_electronic_seals",
]
