"""The regulation graph: dated, cited law and the rules that rest on it."""
