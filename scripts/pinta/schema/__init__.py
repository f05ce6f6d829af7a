"""What a document is: JSON Schema files, the labels in them, and what is derived from both."""
