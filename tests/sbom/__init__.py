"""What the lists of the images hold, against the pods of a release: `make test-sbom`."""
