"""The recipes of the bundled embedding model, of the reader (`training.reader`) and of the fitted weights of `qa`."""
