"""The span that answers, found in the sentences of passages by what speaks for it; and how sure that is."""
