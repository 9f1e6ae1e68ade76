"""Callers, and the users that they may act for. authenticator.py finds the caller of a token."""

from __future__ import annotations

from dataclasses import dataclass

from api.http.errors import Problem, forbidden
from crds.job import Job


@dataclass(frozen=True, slots=True)
class Caller:
    """The sender of a request."""

    name: str
    """Identifies the caller, in all replicas and after restarts; empty when authentication is off."""
    user_id: str | None = None
    """The only user that the caller acts for; None: any."""
    binds_package: bool = False
    """Whether userPackage has to be that of the token."""
    user_package: str | None = None
    """The token's userPackage, where it binds."""

    def owns(self, job: Job) -> bool:
        """Whether the job is the caller's to read and to delete."""
        return self.user_id is None or self.user_id == job.user_id

    def acts_for(self, user_id: str | None, user_package: str | None) -> dict[str, str]:
        """The userId and the userPackage of a job that names these: the token's where it has one, else those that
        are named. ApiError 403 when another is named."""
        fields = {"userId": user_id, "userPackage": user_package}
        problems = []
        if self.user_id is not None:
            fields["userId"] = self.user_id
            if user_id not in (None, self.user_id):
                problems.append(Problem("userId", "must be the uid of the token, or be left out"))
        if self.binds_package:
            fields["userPackage"] = self.user_package
            if user_package not in (None, self.user_package):
                problems.append(Problem("userPackage", "must be the one in the token, or be left out"))
        if problems:
            raise forbidden(problems)
        return {name: value for name, value in fields.items() if value is not None}


ANYONE = Caller("")
"""Every caller, where authentication is off."""
