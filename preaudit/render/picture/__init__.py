"""A picture of the graph that can be explored: items, papers, entries, rules and clauses."""

from preaudit.render.picture.page import graph_html

__all__ = ["graph_html"]
