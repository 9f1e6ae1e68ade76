"""The OpenAPI document and the JSON Schemas in it."""
