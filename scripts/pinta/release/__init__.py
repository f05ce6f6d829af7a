"""Checked documents become a published folder, once and whole."""
