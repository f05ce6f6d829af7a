"""What can be wrong with documents: small functions with ids, and one run over all of them."""
