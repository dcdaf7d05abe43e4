"""classify: see docs/architecture.md."""
