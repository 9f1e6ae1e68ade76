"""Google as far as Firebase ID tokens go: keys that sign tokens, and a server for the certificates of the keys.

firebase-admin fetches the certificates from one fixed address. Tests set HTTPS_PROXY to a proxy that answers for that
address itself, under a certificate authority of the test's own, and the program stays as it is.
"""
