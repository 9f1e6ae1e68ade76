"""The cluster's certificates, made with openssl: one CA, one server certificate, a client certificate a component."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from cluster.configs import kubeconfig
from cluster.network import API_ADDRESS
from cluster.progress import run

DAYS = 3650

# file name: (organisation, common name). The organisation is the user's group, the common name the user.
CLIENTS = {
    "admin": ("system:masters", "admin"),
    "apiserver-kubelet": ("system:masters", "kube-apiserver-kubelet-client"),
    "front-proxy": ("", "front-proxy-client"),
    "kube-controller-manager": ("", "system:kube-controller-manager"),
    "kube-scheduler": ("", "system:kube-scheduler"),
    "kube-proxy": ("", "system:kube-proxy"),
    "kubelet": ("system:nodes", "system:node:node-1"),
    # No role that every cluster has lets these two watch what they go by; they are trusted processes of the host.
    "kube-network-policies": ("system:masters", "kube-network-policies"),
    "coredns": ("system:masters", "coredns"),
}


def server_names(node_address: str) -> str:
    """What the first node's servers are called, as openssl lists names."""
    return f"IP:127.0.0.1,IP:{node_address},IP:{API_ADDRESS},DNS:localhost,DNS:node-1,DNS:kubernetes," + ",".join(
        f"DNS:kubernetes.default.svc{suffix}" for suffix in ("", ".cluster", ".cluster.local")
    )


def openssl_config(names: str) -> str:
    """Extensions by purpose. Python from 3.13 on refuses a CA without keyUsage keyCertSign."""
    return f"""\
[req]
distinguished_name = name
prompt = no
[name]
CN = unused
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[server]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = {names}
[client]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = clientAuth
"""


def _issue(folder: Path, name: str, section: str, subject: str) -> None:
    """A key and its certificate. The authority is `ca`, which signs itself."""
    authority = () if section == "ca" else ("-CA", f"{folder}/ca.crt", "-CAkey", f"{folder}/ca.key")
    run(
        [
            *("openssl", "req", "-x509", "-config", f"{folder}/openssl.cnf", "-extensions", section),
            *("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", str(DAYS)),
            *("-subj", subject, "-keyout", f"{folder}/{name}.key", "-out", f"{folder}/{name}.crt", *authority),
        ]
    )


def ensure(folder: Path, node_address: str) -> None:
    """Makes the certificates unless they are there for this node's address; they serve any number of starts.

    The folder appears whole or not at all, whenever this is killed.
    """
    config = openssl_config(server_names(node_address))
    stamp = hashlib.sha256((config + repr(CLIENTS)).encode()).hexdigest()
    with suppress(OSError):
        if (folder / "stamp").read_text() == stamp:
            return
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".pki-", dir=folder.parent))
    (fresh / "openssl.cnf").write_text(config)
    _issue(fresh, "ca", "ca", "/CN=pdf-export-cluster")
    subjects = {
        name: (f"/O={organisation}" if organisation else "") + f"/CN={user}"
        for name, (organisation, user) in CLIENTS.items()
    }
    with ThreadPoolExecutor() as pool:
        key = pool.submit(run, ["openssl", "genrsa", "-out", f"{fresh}/service-account.key", "2048"])
        server = pool.submit(_issue, fresh, "server", "server", "/CN=kubernetes")
        # Going through the results raises what a job raised.
        list(pool.map(lambda item: _issue(fresh, item[0], "client", item[1]), subjects.items()))
        key.result()
        server.result()
    (fresh / "stamp").write_text(stamp)
    if folder.exists():
        shutil.rmtree(folder)
    fresh.rename(folder)


def issue_for_node(authority: Path, folder: Path, name: str, address: str) -> None:
    """Certificates of another node: its kubelet as a server, and as a client. authority: the folder of `ensure`."""
    folder.mkdir(parents=True)
    for file in ("ca.crt", "ca.key"):
        (folder / file).touch(mode=0o600)
        (folder / file).write_bytes((authority / file).read_bytes())
    (folder / "openssl.cnf").write_text(openssl_config(f"IP:{address},DNS:{name}"))
    _issue(folder, "server", "server", f"/CN={name}")
    _issue(folder, "kubelet", "client", f"/O=system:nodes/CN=system:node:{name}")


def write_kubeconfig(folder: Path, user: str, path: Path, *, server: str = "127.0.0.1") -> None:
    """A kubeconfig for one of CLIENTS: whole or not at all, and for no eyes but root's."""
    authority, certificate, key = ((folder / name).read_bytes() for name in ("ca.crt", f"{user}.crt", f"{user}.key"))
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(kubeconfig(authority, certificate, key, server=server))
    part.rename(path)
