"""How this machine reaches its package registries, handed to the image builds. The project names none of them."""

from __future__ import annotations

import configparser
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_CA_IN_BUILD = "/run/host-ca.crt"
_CA_VARIABLES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
_PIP_KEYS = ("index-url", "extra-index-url", "trusted-host")


@dataclass(frozen=True, slots=True)
class AptSource:
    """A repository of Debian that the machine uses. label: Debian or Debian-Security."""

    label: str
    uri: str


def apt_sources() -> list[AptSource]:
    """Debian's repositories in the machine's own apt sources; none on a machine of another kind."""
    command = ["apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)", "Created-By: Packages"]
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        return []
    rows = dict.fromkeys(tuple(line.split("|")) for line in output.splitlines())
    return [AptSource(label=row[1], uri=row[2].rstrip("/")) for row in rows if row[0] == "Debian"]


def _apt_value(key: str) -> str:
    """A value of apt's configuration, or nothing."""
    try:
        output = subprocess.run(["apt-config", "shell", "VALUE", key], capture_output=True, text=True, check=True)
    except (FileNotFoundError, subprocess.CalledProcessError):
        return ""
    found = re.search(r"VALUE='(.*)'", output.stdout)
    return found[1] if found else ""


def certificate_bundle(environment: Mapping[str, str]) -> Path | None:
    """The machine's own bundle of certificate authorities, where its environment names one."""
    for variable in _CA_VARIABLES:
        path = environment.get(variable)
        if path and Path(path).is_file():
            return Path(path).resolve()
    return None


def _pip_conf(environment: Mapping[str, str]) -> str:
    """A pip.conf with the machine's package index, where it has one of its own."""
    parser = configparser.RawConfigParser(strict=False)
    home = Path(environment.get("HOME", "/root"))
    parser.read(["/etc/pip.conf", home / ".pip/pip.conf", home / ".config/pip/pip.conf"])
    values = dict(parser["global"]) if parser.has_section("global") else {}
    for key in _PIP_KEYS:
        values[key] = environment.get("PIP_" + key.upper().replace("-", "_")) or values.get(key, "")
    lines = [f"{key} = {values[key]}" for key in _PIP_KEYS if values[key]]
    return "\n".join(["[global]", *lines, ""]) if lines else ""


def _npmrc(environment: Mapping[str, str]) -> str:
    """An npmrc with the machine's registry, where it has one of its own."""
    named = environment.get("NPM_CONFIG_REGISTRY") or environment.get("npm_config_registry")
    if named:
        return f"registry={named}\n"
    for file in (Path(environment.get("HOME", "/root")) / ".npmrc", Path("/etc/npmrc")):
        if file.is_file():
            lines = [line for line in file.read_text().splitlines() if line.replace(" ", "").startswith("registry=")]
            if lines:
                return lines[-1] + "\n"
    return ""


def build_flags(scratch: Path) -> list[str]:
    """Flags for `buildah build` that hand on what this machine has, and nothing else. Files go into `scratch`."""
    environment = os.environ
    flags: list[str] = []
    apt = [
        f'Acquire::{scheme}::Proxy "{proxy}";'
        for scheme in ("http", "https")
        if (proxy := _apt_value(f"Acquire::{scheme}::Proxy"))
    ]
    bundle = certificate_bundle(environment)
    if bundle is not None:
        flags += ["--volume", f"{bundle}:{_CA_IN_BUILD}:ro"]
        flags += ["--build-arg", f"PIP_CERT={_CA_IN_BUILD}", "--build-arg", f"NODE_EXTRA_CA_CERTS={_CA_IN_BUILD}"]
        apt.append(f'Acquire::https::CaInfo "{_CA_IN_BUILD}";')
    files = {
        "/etc/apt/apt.conf.d/99-host": "".join(line + "\n" for line in apt),
        "/etc/pip.conf": _pip_conf(environment),
        "/root/.npmrc": _npmrc(environment),
    }
    for place, text in files.items():
        if text:
            file = scratch / place.strip("/").replace("/", "_")
            file.write_text(text)
            flags += ["--volume", f"{file}:{place}:ro"]
    return flags
