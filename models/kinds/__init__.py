"""The network that tells what each page of a file is, and where a material begins."""
