"""Label Studio: how an annotator sees a document, and the way there and back."""
