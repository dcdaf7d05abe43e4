"""Synthetic papers with exact truth: invented worlds, laid out, sealed, scanned, and faulted."""
