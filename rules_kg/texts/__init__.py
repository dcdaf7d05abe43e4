"""Law texts that somebody has imported: split, stored, bound to the graph's clauses, quoted.

No law text ships with preaudit. Without imported texts the summaries of the graph stand alone.
"""

from rules_kg.texts.binding import Binding, BoundClause, Unbound, bind
from rules_kg.texts.corpus import Corpus, read_corpus
from rules_kg.texts.laws import Article, Item, LawText, Paragraph, Part, Segment, Span, article_name
from rules_kg.texts.linting import text_faults
from rules_kg.texts.parsing import TextFault, parse_law
from rules_kg.texts.places import Place, place_named, place_of
from rules_kg.texts.quoting import Quotation, Quotations, quotations
from rules_kg.texts.shelf import Shelved, shelve, store_faults, stored_text
from rules_kg.texts.store import LawStore, StoredText, StoreFault, open_store

__all__ = [
    "Article",
    "Binding",
    "BoundClause",
    "Corpus",
    "Item",
    "LawStore",
    "LawText",
    "Paragraph",
    "Part",
    "Place",
    "Quotation",
    "Quotations",
    "Segment",
    "Shelved",
    "Span",
    "StoreFault",
    "StoredText",
    "TextFault",
    "Unbound",
    "article_name",
    "bind",
    "open_store",
    "parse_law",
    "place_named",
    "place_of",
    "quotations",
    "read_corpus",
    "shelve",
    "store_faults",
    "stored_text",
    "text_faults",
]
