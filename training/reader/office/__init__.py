"""Made-up office texts with questions: the kinds of trouble that real papers give and labelled sets do not have."""
