"""The service on one machine, without Kubernetes: for development and demos. Production runs on Kubernetes.

    python -m local         the API on 127.0.0.1:8080, until Ctrl-C (make serve)
    python -m local demo    one PDF, then the end (make demo)

The three programs run unchanged, each a process of its own. Around them, in one process, is the little of Kubernetes
and of Firebase that they use. Everything listens on this machine only, but for the programs' health and metrics, and is
gone when the process ends. There is no high availability, no isolation between the programs, and no protection from
other users of the machine beyond the API server's tokens.

- installation.py puts all of it together; release.py has what `helm install` would set
- apiserver/ is the API server; kubelet/ runs pods as processes; storage/ is the storage
- chromium.py and fonts.py find what renderers need on this machine; install.py makes the Python environment
- state_folder.py sees to it that nothing is left behind
- command.py has the two commands; __main__.py has the programs' libraries imported while it imports its own
- demo.py exports a sample CV; output.py shows what the programs print

No program imports this package, and no image of a program has it. It imports crds, cv, kube and runtime, and of
cluster/ the messages about progress and the installation of Debian packages.
"""
