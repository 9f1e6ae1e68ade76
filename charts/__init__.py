"""The Helm chart, in pdf-export/, and its release (release.py). Nothing of the product imports this package."""
