"""Debian's slim image made with debootstrap from the machine's own mirror: no image registry is needed.

It stands in for the image that the Dockerfile names by digest, under a name that claims no more than it is.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from cluster import host_settings
from cluster.progress import run_long

SUITE = "trixie"
REFERENCE = f"localhost/pdf-export/debian:{SUITE}-slim"

# As in Docker's own slim images: documentation and translations are not unpacked.
_NOT_UNPACKED = (
    *("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*"),
    *("/usr/share/lintian/*", "/usr/share/groff/*"),
)
_FILES = {
    "etc/dpkg/dpkg.cfg.d/docker": "".join(f"path-exclude {pattern}\n" for pattern in _NOT_UNPACKED)
    + "path-include /usr/share/doc/*/copyright\nforce-unsafe-io\n",
    "etc/apt/apt.conf.d/docker-no-languages": 'Acquire::Languages "none";\n',
    "etc/apt/apt.conf.d/docker-clean": 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
    'Binary::apt::APT::Keep-Downloaded-Packages "false";\n',
    "usr/sbin/policy-rc.d": "#!/bin/sh\n# Nothing is started while packages are installed.\nexit 101\n",
}


def sources_list(mirror: str, security: str | None) -> str:
    """apt's sources inside the image: the machine's mirror, and its security mirror where it has one."""
    keyring = "Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg"
    entry = f"Types: deb\nURIs: {mirror}\nSuites: {SUITE} {SUITE}-updates\nComponents: main\n{keyring}\n"
    if security:
        entry += f"\nTypes: deb\nURIs: {security}\nSuites: {SUITE}-security\nComponents: main\n{keyring}\n"
    return entry


def make_root(parent: Path) -> Path:
    """A folder in `parent` with a minimal Debian. Takes half a minute, and 100 MB from the mirror. Raises Failed."""
    sources = host_settings.apt_sources()
    mirror = next((source.uri for source in sources if source.label == "Debian"), None)
    security = next((source.uri for source in sources if source.label == "Debian-Security"), None)
    root = Path(tempfile.mkdtemp(prefix="debian-", dir=parent))
    # Without a mirror debootstrap takes its own default. Suites share one script; an older debootstrap lacks the name.
    script = Path(f"/usr/share/debootstrap/scripts/{SUITE}")
    arguments = [SUITE, str(root), *([mirror] if mirror else [])]
    if not script.exists():
        arguments = [SUITE, str(root), mirror or "", str(script.with_name("sid"))]
    run_long(f"fetching Debian {SUITE} with debootstrap", ["debootstrap", "--variant=minbase", *arguments])
    if mirror:
        (root / "etc/apt/sources.list").unlink(missing_ok=True)
        (root / "etc/apt/sources.list.d/debian.sources").write_text(sources_list(mirror, security))
    for name, text in _FILES.items():
        (root / name).write_text(text)
    (root / "usr/sbin/policy-rc.d").chmod(0o755)
    _slim(root)
    root.chmod(0o755)
    return root


def _slim(root: Path) -> None:
    """Takes away what the image's dpkg would not unpack, and what debootstrap fetched."""
    for pattern in _NOT_UNPACKED:
        for found in (root / pattern.strip("/*")).rglob("*"):
            if (found.is_file() or found.is_symlink()) and found.name != "copyright":
                found.unlink()
    for folder in ("var/cache", "var/lib/apt/lists", "var/log"):
        for entry in (root / folder).iterdir():
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    for name in ("etc/hostname", "etc/resolv.conf"):
        (root / name).write_text("")
