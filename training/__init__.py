"""The recipe of the bundled embedding model, of the reader (`training.reader`) and of the fitted numbers of `qa`."""
