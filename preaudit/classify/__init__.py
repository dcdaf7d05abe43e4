"""What each page of a file is, and which pages are one material.

Headings come first (large, centred or alone at the top), then the words that begin lines and cells,
page numbers and running heads; a title that is cited inside prose never counts, because it is not a
heading. A model learned from synthetic papers judges the rest of the words, and both are weighed
into one probability (`open_classifier`). `classify` goes by the rules alone.
"""

from preaudit.classify.classifier import Classifier, open_classifier
from preaudit.classify.split import classify

__all__ = ["Classifier", "classify", "open_classifier"]
