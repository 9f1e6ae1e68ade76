"""Jobs over HTTP: endpoints, request models, the service over the API server, its cache, waiting requests.

The application and api.openapi import it; it imports api.access, api.http and api.metrics. Begin at endpoints.py, then
service.py; models.py has the bodies of requests and answers, watch.py keeps cache.py current.
"""
