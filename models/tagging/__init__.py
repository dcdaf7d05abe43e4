"""The token tagger: examples from synthetic papers, network, training and export."""
