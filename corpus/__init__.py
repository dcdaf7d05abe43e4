"""Synthetic papers with exact truth."""
