"""Training, export and evaluation of our models."""
