"""Subcommands, one module each: docstring = help, `register` = arguments, `run` = one call of the library."""
