"""The service on one machine, without Kubernetes: for development and demos. Production runs on Kubernetes.

The three programs run unchanged. Around them, in one process, is the little of Kubernetes and of Firebase that they
use: an API server (local.apiserver), a kubelet, and a storage endpoint (local.storage). Everything listens on 127.0.0.1
and is gone when the process ends, but for the files of the storage. There is no high availability, no isolation between
the programs, and no protection from other users of the machine beyond the API server's tokens.

No program imports this package, and no image of a program has it. It imports crds, cv, kube and runtime.
"""
