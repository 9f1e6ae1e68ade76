"""kubectl-pdfexport: kubectl finds an executable of this name in PATH and runs it as `kubectl pdfexport`."""

from __future__ import annotations

import argparse
import json
import sys
import uuid
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pdf_export_client.operators import answers, support
from pdf_export_client.operators.kubectl import Kubectl, KubectlError
from pdf_export_client.operators.release import JOBS, Job, ReleaseError, now, read

# A whole bucket is listed: a thousand objects take about a second.
_ERASE_SECONDS = 3600.0
_KUBECTL_OPTIONS = ("namespace", "context", "kubeconfig")


class Refused(Exception):
    """The job, or the release, is not in a state for this."""


def run(argv: Sequence[str] | None = None) -> int:
    """Run the plugin; the exit code: 0, 1 when there is a problem or no such job, 2 for wrong usage or no answer."""
    args = _parser().parse_args(argv)
    options = [f"--{name}={value}" for name in _KUBECTL_OPTIONS if (value := getattr(args, name))]
    handler: Callable[[Kubectl, argparse.Namespace], int] = args.handler
    try:
        return handler(Kubectl(*options), args)
    except (Refused, ReleaseError) as e:
        print(e, file=sys.stderr)
        return 1
    except KubectlError as e:
        print(e, file=sys.stderr)
        return 1 if e.not_found else 2


def _status(kubectl: Kubectl, args: argparse.Namespace) -> int:
    release = read(kubectl, args.release)
    found = answers.problems(release)
    if args.json:
        phases = {phase: len(release.in_phase(phase)) for phase in ("Pending", "Rendering", "Done", "Error")}
        whole: dict[str, Any] = asdict(release) | {"jobs": phases, "problems": found}
        print(json.dumps(whole))
    else:
        print("\n".join(answers.status(release, now())))
    return 1 if found else 0


def _why(kubectl: Kubectl, args: argparse.Namespace) -> int:
    job, release = kubectl.get(JOBS, args.job), read(kubectl, args.release)
    uid = job["metadata"]["uid"]
    events = [each for each in kubectl.list("events") if each["involvedObject"].get("uid") == uid]
    warnings = [each["message"] for each in events if each.get("type") == "Warning"]
    print("\n".join(answers.why(job, release, warnings, now())))
    return 1 if Job.of(job).phase == "Error" else 0


def _top(kubectl: Kubectl, args: argparse.Namespace) -> int:
    print("\n".join(answers.top(read(kubectl, args.release), _usage(kubectl), now())))
    return 0


def _usage(kubectl: Kubectl) -> dict[str, tuple[str, str]]:
    """CPU and memory by pod, where the cluster measures them."""
    try:
        rows = [line.split() for line in kubectl.run("top", "pods", "--no-headers").splitlines()]
    except KubectlError:
        return {}
    return {row[0]: (row[1], row[2]) for row in rows if len(row) >= 3}


def _retry(kubectl: Kubectl, args: argparse.Namespace) -> int:
    """A job that has ended never changes, so this is a new one of the same spec, beside the old one."""
    job = kubectl.get(JOBS, args.job)
    if (phase := Job.of(job).phase) != "Error":
        raise Refused(f"job {args.job} is {phase}: only a job that ended as Error is tried again")
    old = job["metadata"]
    # No annotation of it: they are about another request, its time and its Idempotency-Key.
    metadata = {
        "name": str(uuid.uuid4()),
        "namespace": old["namespace"],
        "ownerReferences": old.get("ownerReferences") or [],
    }
    print(kubectl.create({**{key: job[key] for key in ("apiVersion", "kind", "spec")}, "metadata": metadata}))
    return 0


def _erase(kubectl: Kubectl, args: argparse.Namespace) -> int:
    """The jobs first: one that still ran could store its PDF after the others are removed."""
    ready = [pod for pod in read(kubectl, args.release).of("renderer") if pod.ready]
    if not ready:
        raise Refused("no renderer is ready, and only renderers may write to the storage: nothing was erased")
    jobs = [job["metadata"]["name"] for job in kubectl.list(JOBS, **{"spec.userId": args.user})]
    if jobs:
        kubectl.run("delete", JOBS, "--ignore-not-found", *jobs)
    print(f"deleted {len(jobs)} {'job' if len(jobs) == 1 else 'jobs'}")
    command = ("/opt/venv/bin/python", "-m", "renderer.erase", args.user)
    # The youngest: others may be about to be replaced.
    pod = ("exec", max(ready, key=lambda pod: pod.created).name, "--container", "renderer")
    print(kubectl.run(*pod, "--", *command, timeout_seconds=_ERASE_SECONDS), end="")
    return 0


def _support(kubectl: Kubectl, args: argparse.Namespace) -> int:
    text = json.dumps(support.report(kubectl, read(kubectl, args.release), now()), indent=2)
    if args.output:
        Path(args.output).write_text(text + "\n")
    else:
        print(text)
    return 0


def _user(text: str) -> str:
    """Without a userId the jobs of all requests that had none would be chosen."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kubectl pdfexport", description="What a release of pdf-export does.")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("-n", "--namespace", default="", help="kubectl's by default")
    common.add_argument("--context", default="", help="of the kubeconfig")
    common.add_argument("--kubeconfig", default="", metavar="FILE")
    common.add_argument("--release", default="", metavar="NAME", help="needed where a namespace has more than one")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, handler: Callable[[Kubectl, argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text, parents=[common])
        command.set_defaults(handler=handler)
        return command

    status = add("status", _status, "queue, renderers, leader, conditions and versions; exit code 1 for a problem")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    add("why", _why, "why a job waits, runs or has failed").add_argument("job", metavar="JOBID")
    add("top", _top, "what each renderer is doing")
    add("retry", _retry, "run a failed job again, as a new one; prints its jobId").add_argument("job", metavar="JOBID")
    erase = add("erase", _erase, "delete the jobs of a user, and remove the user's PDFs from the storage")
    erase.add_argument("user", metavar="USER", type=_user, help="the userId of the requests")
    report = add("support", _support, "a report for support, without personal data: read it before you send it")
    report.add_argument("-o", "--output", default="", metavar="FILE", help="stdout by default")
    return parser
