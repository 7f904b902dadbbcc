"""The tab that asks: the question box, the reply, the passages found, and the article that one of them is from."""
