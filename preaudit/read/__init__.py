"""Sheets to pages: `open_reader(settings).read(sheet)`."""

from preaudit.read.electronic_seals import with_electronic_seals
from preaudit.read.kept import keeping
from preaudit.read.reader import Reader, Reading, open_reader

__all__ = ["Reader", "Reading", "keeping", "open_reader", "with_electronic_seals"]
