"""The page people look at: one HTML file from a built dataset, without a network and without a framework.

`source` reads the build, `index` and `articles` say what the page is told, `figures` draws, `page` puts it together. What
runs in the browser stands in ``page/`` as ordinary files.
"""
