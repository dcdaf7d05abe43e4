"""Pre-review of construction-permit cases: facts are learned, verdicts are computed."""
