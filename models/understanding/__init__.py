"""What makes and measures the understanding of papers: pages read once, training, calibration."""
