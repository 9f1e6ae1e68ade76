"""The page at /, to try the API by hand."""
