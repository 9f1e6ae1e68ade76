"""Command line: `python3 -m cluster COMMAND`."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from cluster import build, packages
from cluster.lifecycle import Cluster
from cluster.paths import Paths, foreign_kubeconfig, from_environment
from cluster.progress import Failed, say

_COMPONENTS = (
    *("containerd", "etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
    *("kubelet", "kube-proxy", "kube-network-policies", "coredns"),
)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 -m cluster",
        description="A real Kubernetes of one node, or two, on this machine. Where KUBECONFIG names another cluster, "
        "that one is used: up, down and load then do nothing.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("build", help="install and build what the cluster needs")
    tools = commands.add_parser("tools", help="install what the tests need beside: Chromium")
    tools.add_argument("--java", action="store_true", help="a JDK with Maven, which the checks of conformance need")
    up = commands.add_parser("up", help="start it, or mend it; nothing to do when it works")
    up.add_argument(
        "--nodes", type=int, choices=(1, 2), help="with one node or two; unless given, as many as there are"
    )
    node = commands.add_parser("node", help="add or remove a second node, beside what runs")
    node.add_argument("change", choices=("add", "remove"))
    down = commands.add_parser("down", help="end it and give back all that it took on the machine")
    down.add_argument("--purge", action="store_true", help="also remove images, binaries and certificates")
    status = commands.add_parser("status", help="every component; exits with 1 unless all work")
    status.add_argument("--json", action="store_true", help="as a list of objects")
    for name, help_text in (("start", "start one component"), ("stop", "end one component until start or up")):
        command = commands.add_parser(name, help=help_text)
        command.add_argument("component", choices=_COMPONENTS)
        if name == "stop":
            command.add_argument("--kill", action="store_true", help="by SIGKILL")
    logs = commands.add_parser("logs", help="a component's log")
    logs.add_argument("component", choices=_COMPONENTS)
    logs.add_argument("--follow", "-f", action="store_true")
    logs.add_argument("--lines", "-n", type=int, default=200)
    commands.add_parser("kubeconfig", help="print the path of the kubeconfig")
    images = commands.add_parser("images", help="build the project's images; prints {target: reference} at the end")
    images.add_argument("--print", action="store_true", help="print the references, build nothing")
    images.add_argument("targets", nargs="*", help="targets of the Dockerfile; all that run in pods unless given")
    commands.add_parser("sbom", help="write what is in each image, as CycloneDX, into out/sbom")
    load = commands.add_parser("load", help="make built images available to pods")
    load.add_argument("references", nargs="+", metavar="REF")
    for program in ("kubectl", "helm"):
        commands.add_parser(program, help=f"run {program} with the right KUBECONFIG", add_help=False)
    return parser


def _run_program(paths: Paths, program: str, arguments: Sequence[str]) -> NoReturn:
    """Becomes kubectl or helm: ours where built, else the machine's own. Without either, Helm is built."""
    ours = build.binaries(paths) / program
    found = str(ours) if ours.exists() else shutil.which(program)
    if found is None and program == "helm":
        # Whoever reads the program's output gets nothing else.
        with contextlib.redirect_stdout(sys.stderr):
            found = str(build.helm(paths))
    if found is None:
        raise Failed(f"{program} is neither built (`python3 -m cluster build`) nor installed")
    kubeconfig = foreign_kubeconfig(paths) or str(paths.kubeconfig)
    sys.stdout.flush()
    os.execve(found, [program, *arguments], {**os.environ, "KUBECONFIG": kubeconfig})


def _status(cluster: Cluster, *, as_json: bool) -> int:
    found = cluster.status()
    if as_json:
        rows = [
            {"component": each.name, "pid": each.pid, "healthy": each.healthy, "log": str(each.log)} for each in found
        ]
        print(json.dumps(rows, indent=1))
    else:
        print(f"{'COMPONENT':<24} {'PID':>8} {'HEALTHY':<8} LOG")
        for each in found:
            print(f"{each.name:<24} {each.pid or '-':>8} {'yes' if each.healthy else 'no':<8} {each.log}")
    return 0 if all(each.healthy for each in found) and cluster.ready() else 1


def _leave_alone(paths: Paths, command: str, kubeconfig: str) -> int:
    """What a command does where the cluster is not ours, which takes no root."""
    if command == "status":
        _run_program(paths, "kubectl", ["get", "nodes"])
    if command not in {"up", "down", "load"}:
        raise Failed(f"KUBECONFIG={kubeconfig} names another cluster, whose components are not ours to {command}")
    say(f"KUBECONFIG={kubeconfig} names another cluster, which is used as it is: {command} does nothing")
    return 0


def _dispatch(paths: Paths, options: argparse.Namespace) -> int:
    command: str = options.command
    foreign = foreign_kubeconfig(paths)
    if command == "build":
        say(f"all is built: {build.ensure(paths)}")
        return 0
    if command == "kubeconfig":
        print(foreign or paths.kubeconfig)
        return 0
    if command == "tools":
        packages.install(packages.missing(packages.JAVA if options.java else packages.TOOLS))
        return 0
    # Images can be built for another cluster too.
    if foreign and command not in {"images", "sbom"}:
        return _leave_alone(paths, command, foreign)
    if os.geteuid() != 0:
        raise Failed(f"{command} needs root: it makes mounts, namespaces and packet rules")
    if command == "images":
        from cluster import images

        return images.command(paths, targets=options.targets, only_print=options.print)
    if command == "sbom":
        from cluster import sbom

        return sbom.command(paths)
    cluster = Cluster(paths)
    if command == "up":
        cluster.up(nodes=options.nodes)
    elif command == "node":
        if options.change == "add":
            cluster.add_node()
        else:
            cluster.remove_node()
    elif command == "down":
        cluster.down(purge=options.purge)
    elif command == "status":
        return _status(cluster, as_json=options.json)
    elif command == "start":
        cluster.start(options.component)
    elif command == "stop":
        cluster.stop(options.component, kill=options.kill)
    elif command == "logs":
        log = cluster.log(options.component)
        if not Path(log).exists():
            raise Failed(f"no log yet: {log}")
        follow = ["-F"] if options.follow else []
        os.execvp("tail", ["tail", "-n", str(options.lines), *follow, str(log)])
    elif command == "load":
        from cluster import images

        for reference in options.references:
            images.load(paths, reference)
    return 0


def main(arguments: Sequence[str]) -> int:
    """Runs one command; gives the exit code: 0, or 1 with the reason on stderr."""
    paths = from_environment()
    try:
        if arguments and arguments[0] in {"kubectl", "helm"}:
            # Their flags are theirs to read.
            _run_program(paths, arguments[0], arguments[1:])
        return _dispatch(paths, _parser().parse_args(arguments))
    except Failed as error:
        print(f"cluster: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
