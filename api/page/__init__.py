"""The page at /, to try the API by hand.

The application imports it; it imports no other part of api. Begin at page.py,
which loads the files beside it. scripts/ has one file a topic.
"""
