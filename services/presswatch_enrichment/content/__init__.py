"""The body of an article: own extractor on the parsed page, and trafilatura where it is not sure."""
