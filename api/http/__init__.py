"""HTTP beneath the routes: bodies, errors, middleware, the limits of the protocol."""
