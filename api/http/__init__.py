"""HTTP beneath the routes: bodies, errors, middleware, the limits of the protocol.

Every part of api may import it; it imports no other part of api. Begin at errors.py, the one shape of all error
answers; crds/errors.py has the catalogue of them.
"""
