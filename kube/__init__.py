"""The Kubernetes API server: the client, its errors, the server's clock. It knows nothing of PDF exports."""
