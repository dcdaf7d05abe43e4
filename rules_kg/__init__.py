"""The regulation graph: dated, cited law and the rules that rest on it."""

from rules_kg.faults import Fault, Level, RulesFault
from rules_kg.graph import Graph, Rule
from rules_kg.lint import lint
from rules_kg.loading import load_examples, load_graph

__all__ = ["Fault", "Graph", "Level", "Rule", "RulesFault", "lint", "load_examples", "load_graph"]
