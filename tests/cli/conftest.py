"""The hand-made report, and a pipeline that gives it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest

from preaudit.cli.wiring import Probe, Request, Reviewed, Step, Tools
from preaudit.errors import Stage
from preaudit.render import PageImages
from preaudit.report import Report
from preaudit.settings import Settings

_SAMPLES = Path(__file__).parents[1] / "unit" / "render" / "sample_report.py"


def _samples() -> ModuleType:
    """Return the module of samples, which another folder of tests owns."""
    if "sample_report" not in sys.modules:
        spec = importlib.util.spec_from_file_location("sample_report", _SAMPLES)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["sample_report"] = module
        spec.loader.exec_module(module)
    return sys.modules["sample_report"]


@dataclass(frozen=True)
class FakeStep:
    """A step of a run."""

    stage: Stage = Stage.READ
    done: int = 1
    total: int = 2
    label: str = "[red]扫描件.pdf"


@dataclass(frozen=True)
class FakeReviewed:
    """What a fake run gives."""

    report: Report
    images: PageImages


@dataclass
class FakePipeline:
    """A pipeline that gives the sample report, or raises, and remembers what it was asked."""

    report: Report
    images: PageImages
    error: BaseException | None = None
    requests: list[Request] = field(default_factory=list)

    def review(self, request: Request, _: Settings, progress: Callable[[Step], None]) -> Reviewed:
        """Print as libraries do, take a step, and give the report."""
        self.requests.append(request)
        print("a library prints")  # noqa: T201 - that is the point
        progress(FakeStep())
        if self.error:
            raise self.error
        return FakeReviewed(report=self.report, images=self.images)

    def tools(self, *probes: Probe) -> Tools:
        """Return tools that call this pipeline."""
        return Tools(review=self.review, probes=probes)


@pytest.fixture
def report() -> Report:
    """Return the hand-made report."""
    made: Report = _samples().sample_report()
    return made


@pytest.fixture
def pipeline(report: Report) -> FakePipeline:
    """Return a pipeline that gives the hand-made report."""
    return FakePipeline(report=report, images=_samples().DrawnImages())
