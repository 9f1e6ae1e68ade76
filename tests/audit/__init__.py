"""The audit with its real tools, on versions that are known to be bad: `make audit`."""
