"""Errors that end a run. Whatever lets work go on is a `preaudit.report.Problem` instead.

PreauditError
├── UsageError       2   the request makes no sense
├── InputError       4   nothing in the case could be opened
├── RulesError       5   the regulation graph does not load
├── WeightsError     6   model weights are missing or altered
└── SandboxError     6   files cannot be opened behind as many walls as are required
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command line tells its caller."""

    CLEAR = 0
    """Every check passed or does not apply."""
    FAILS = 1
    """At least one check fails."""
    USAGE = 2
    UNDETERMINED = 3
    """Nothing fails, but something has to be looked at by a person."""
    INPUT = 4
    RULES = 5
    WEIGHTS = 6


class Stage(StrEnum):
    """Where in the pipeline something happened."""

    INGEST = "ingest"
    READ = "read"
    CLASSIFY = "classify"
    EXTRACT = "extract"
    CHECK = "check"
    RENDER = "render"


class PreauditError(Exception):
    """Base of all errors that end a run; the message says what is wrong and what to do.

    Args:
        message: For a person, in English; names the file, rule or setting concerned.
        code: A stable word for programs; see docs/reference/errors.md.
    """

    exit_code: ClassVar[ExitCode] = ExitCode.USAGE

    def __init__(self, message: str, *, code: str) -> None:
        super().__init__(message)
        self.code = code


class UsageError(PreauditError):
    """The request makes no sense: an unknown item, jurisdiction or finding."""


class InputError(PreauditError):
    """Nothing in the case could be opened."""

    exit_code = ExitCode.INPUT


class RulesError(PreauditError):
    """The regulation graph does not load; the message names file, rule and line."""

    exit_code = ExitCode.RULES


class WeightsError(PreauditError):
    """Model weights are missing or altered."""

    exit_code = ExitCode.WEIGHTS


class SandboxError(PreauditError):
    """Files cannot be opened behind as many walls as are required; the message says why."""

    exit_code = ExitCode.WEIGHTS
