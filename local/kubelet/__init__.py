"""A kubelet for one machine: it runs each Pod of a namespace as a process, without containers.

A kubelet of Kubernetes starts a pod in namespaces and mounts of its own. This one has neither: the pods share the
machine's file system and addresses. So a container's port is mapped to a free one of the machine (launch.py), and only
`/tmp` can be a volume. What a program sees of the API is the same: the downward API, probes, restarts, conditions, the
grace period at a deletion.

- kubelet.py follows the pods, and has one PodWorker for each
- pod_worker.py takes one pod from its creation to its deletion
- launch.py makes a command and its environment of a Pod (values in, values out)
- status.py makes a Pod's status of what is known of its container (values in, values out)
- process.py starts a process, and ends it with all that it has started; probes.py asks it how it is
- fork_server.py starts a Python program with its libraries imported
"""
