"""The OpenAPI document and the JSON Schemas in it.

The application imports it; it takes the routes from api.operations and bodies from api.jobs.models. Begin
at document.py.
"""
