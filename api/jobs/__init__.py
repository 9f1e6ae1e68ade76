"""What the routes do with jobs: request models, the service over the API server, its cache, waiting requests."""
