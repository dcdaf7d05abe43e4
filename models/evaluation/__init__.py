"""Scores the whole pipeline against cases whose truth is known."""
