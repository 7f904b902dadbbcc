"""Train the bundled embedding model and reader (`training.reader`), and fit the weights of `qa`."""
