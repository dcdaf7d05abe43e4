"""What the command line calls, wired in one place; tests wire their own.

The pipeline and its engines are imported when they are first used, so that `preaudit --help` and
`preaudit explain` do not wait for them.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

from preaudit.errors import ExitCode, Stage
from preaudit.render import PageImages
from preaudit.report import Report
from preaudit.settings import Settings

_ENGINES = ("onnxruntime", "paddleocr", "spacy", "pypdfium2", "pdfplumber")
_WEIGHTS_REMEDY = "run `make setup` (or `python -m preaudit.weights`) to fetch the weights"
_ENGINE_REMEDY = "run `make setup`; a missing libGL.so.1 comes with: apt-get install libgl1"
_WALLS_REMEDY = (
    "apt-get install bubblewrap libseccomp2, and allow user namespaces (in a container: "
    "--security-opt seccomp=unconfined); files are opened all the same, behind fewer walls"
)


class Step(Protocol):
    """How far a run is."""

    @property
    def stage(self) -> Stage:
        """Where in the pipeline."""

    @property
    def done(self) -> int:
        """How many of `total`."""

    @property
    def total(self) -> int:
        """How many there are."""

    @property
    def label(self) -> str:
        """The file at hand."""


class Reviewed(Protocol):
    """What a run gives."""

    @property
    def report(self) -> Report:
        """The report."""

    @property
    def images(self) -> PageImages:
        """Its page images."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to review, and what the caller says of it."""

    paths: Sequence[Path]
    item: str | None
    as_of: date | None
    jurisdiction: str | None
    known_at: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """Something that preaudit needs on this machine."""

    name: str
    look: Callable[[Settings], str]
    """Returns what was found; raises when it is not there."""
    remedy: str
    exit_code: ExitCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the commands call."""

    review: Callable[[Request, Settings, Callable[[Step], None]], Reviewed]
    probes: tuple[Probe, ...]


def installed() -> Tools:
    """Return the real tools."""
    weights, engines = ExitCode.WEIGHTS, ExitCode.WEIGHTS
    return Tools(
        review=_review,
        probes=(
            Probe(name="weights", look=_weights, remedy=_WEIGHTS_REMEDY, exit_code=weights),
            *(
                Probe(name=name, look=_engine(name), remedy=_ENGINE_REMEDY, exit_code=engines)
                for name in _ENGINES
            ),
            Probe(name="sandbox", look=_sandbox, remedy=_WALLS_REMEDY, exit_code=ExitCode.CLEAR),
            Probe(name="sandbox level", look=_level, remedy=_WALLS_REMEDY, exit_code=engines),
            Probe(name="reader", look=_reader, remedy=_WEIGHTS_REMEDY, exit_code=weights),
            Probe(name="extractor", look=_extractor, remedy=_WEIGHTS_REMEDY, exit_code=weights),
            Probe(
                name="graph",
                look=_graph,
                remedy="`preaudit rules lint` lists every fault",
                exit_code=ExitCode.RULES,
            ),
            Probe(
                name="law texts",
                look=_law_texts,
                remedy="`preaudit laws verify` lists every fault; the reports show our summaries",
                exit_code=ExitCode.CLEAR,
            ),
            Probe(
                name="fonts",
                look=_fonts,
                remedy="apt-get install fonts-arphic-uming fonts-wqy-zenhei (only for notice.pdf)",
                exit_code=ExitCode.CLEAR,
            ),
        ),
    )


def _review(request: Request, settings: Settings, progress: Callable[[Step], None]) -> Reviewed:
    from preaudit.pipeline import CaseOptions, pre_review  # noqa: PLC0415 - see above

    declared = CaseOptions(
        item=request.item,
        as_of=request.as_of,
        jurisdiction=request.jurisdiction,
        known_at=request.known_at,
    )
    return pre_review(request.paths, declared=declared, settings=settings, progress=progress)


def _weights(settings: Settings) -> str:
    from preaudit.weights import verify  # noqa: PLC0415 - likewise

    found = ", ".join(f"{name} {digest[:12]}" for name, digest in verify(settings.weights_dir))
    return f"{found} in {settings.weights_dir}"


def _engine(name: str) -> Callable[[Settings], str]:
    def look(_: Settings) -> str:
        importlib.import_module(name)
        return version(name)

    return look


def _sandbox(_: Settings) -> str:
    from preaudit.ingest import shared_workshop  # noqa: PLC0415 - likewise

    workshop = shared_workshop()
    workshop.require(2)
    return str(workshop.standing())


def _level(settings: Settings) -> str:
    from preaudit.ingest import shared_workshop  # noqa: PLC0415 - likewise

    shared_workshop().require(settings.sandbox_level)
    return f"level {settings.sandbox_level} is required"


def _reader(settings: Settings) -> str:
    from preaudit.read import open_reader  # noqa: PLC0415 - likewise

    return ", ".join(f"{name} {number}" for name, number in open_reader(settings).identity.engines)


def _extractor(settings: Settings) -> str:
    from preaudit.extract import open_extractor  # noqa: PLC0415 - likewise

    extractor = open_extractor(settings)
    models = ", ".join(f"{name} {digest[:12]}" for name, digest in extractor.weights)
    return models or "patterns and labels only, no trained tagger"


def _graph(_: Settings) -> str:
    from rules_kg import load_graph  # noqa: PLC0415 - likewise

    graph = load_graph()
    return f"{len(graph.rules)} rules, {len(graph.regulations)} regulations, {graph.digest[:12]}"


def _law_texts(settings: Settings) -> str:
    from rules_kg import load_graph  # noqa: PLC0415 - likewise
    from rules_kg.texts import StoreFault, open_store, store_faults  # noqa: PLC0415 - likewise

    store = open_store(settings.law_texts)
    if store is None:
        return "none imported, reports show our summaries (preaudit laws import)"
    faults = list(store_faults(store, load_graph()))
    if faults:
        raise StoreFault(f"{len(faults)} faults, such as {faults[0]}")
    return f"{len(store.texts)} texts, {len(store.clauses)} clauses, {store.digest[:12]}"


def _fonts(_: Settings) -> str:
    from preaudit.render.notice.fonts import font_files, fonts  # noqa: PLC0415 - likewise

    fonts()
    return ", ".join(path.name for path in font_files())
