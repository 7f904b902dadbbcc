"""The recipe of the bundled model: pairs, tokenizer, training, evaluation, export; and the weights of `qa.answer`."""
