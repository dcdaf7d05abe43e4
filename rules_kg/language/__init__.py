"""The rule language: a subset of CEL, parsed into a closed set of typed conditions."""
