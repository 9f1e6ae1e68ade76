"""The three programs on this machine, by local/: real processes, a real Chromium, no Kubernetes."""
