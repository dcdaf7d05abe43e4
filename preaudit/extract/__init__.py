"""Segments to typed fields with evidence.

Labels, table cells, wordings, closing lines and (once trained) a tagger give candidates; one
resolver decides. Every value keeps the box of exactly the characters it was read from.
"""

from preaudit.extract.corroboration import corroborated
from preaudit.extract.extractor import Extractor, open_extractor

__all__ = ["Extractor", "corroborated", "open_extractor"]
