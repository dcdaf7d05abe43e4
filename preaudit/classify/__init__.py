"""What each page of a file is, and which pages are one material.

`classify` looks at headings first (large, centred or alone at the top), then at the words that
begin lines and cells, then at page numbers and running heads. A title that is cited inside prose
never counts, because it is not a heading.
"""

from preaudit.classify.split import classify

__all__ = ["classify"]
