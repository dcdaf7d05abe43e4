"""The quick recogniser: PP-OCRv6 tiny, taught more characters and our kind of papers."""
