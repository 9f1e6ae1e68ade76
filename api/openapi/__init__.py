"""The OpenAPI document and the JSON Schemas in it.

The application and the routes import it; it takes paths from api.paths and bodies from api.jobs.models. Begin at
document.py.
"""
