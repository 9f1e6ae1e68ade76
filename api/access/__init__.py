"""Who sends a request and whether they may: authentication, callers, rate limits.

The application, the routes and api.jobs import it; it imports api.http and api.settings. Begin at access_control.py,
which each request to a job route passes first; authenticator.py chooses between bearer.py and firebase.py.
"""
