"""The only place that knows the order of the stages."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path

from PIL import Image

from preaudit.case import Case, Facts, Material
from preaudit.check import judge, quoted
from preaudit.classify import Classifier, open_classifier
from preaudit.document import Document
from preaudit.errors import InputError, RulesError, Stage, UsageError
from preaudit.extract import Extractor, corroborated, open_extractor
from preaudit.findings import Bilingual
from preaudit.ingest import (
    Declaration,
    Gathered,
    Opened,
    gather,
    open_file,
    read_trust_list,
    shared_workshop,
)
from preaudit.read import Reader, Reading, keeping, reading_workers, with_electronic_seals
from preaudit.report import SCHEMA_VERSION, Problem, Provenance, Report
from preaudit.settings import Settings
from preaudit.sheet import Sheet, Signal
from rules_kg import Graph, RulesFault, load_graph
from rules_kg.texts import StoreFault, open_store, quotations

DEFAULT_ITEM = "construction-permit"
DEFAULT_JURISDICTION = "cn"
IMAGE_WIDTH = 1000
"""Pixels across a page image of the report."""
IMAGE_QUALITY = 70


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOptions:
    """What the caller says of the case; it outranks the case's own `case.json`."""

    item: str | None = None
    as_of: date | None = None
    jurisdiction: str | None = None
    known_at: date | None = None
    """Judge by the law as it was known on this day; by default by all that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    stage: Stage
    done: int
    total: int
    label: str
    """The file at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredImages:
    """Page images of a finished run, for reports that show them."""

    pages: dict[tuple[str, int], bytes]

    def jpeg(self, sha256: str, page: int) -> bytes | None:
        """Return one page as it is in the file, as JPEG; None for a page we do not have."""
        return self.pages.get((sha256, page))


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a run gives."""

    report: Report
    images: StoredImages


def _no_progress(_: Progress) -> None:
    """Keep silent."""


def pre_review(
    paths: Sequence[Path],
    *,
    declared: CaseOptions,
    settings: Settings,
    progress: Callable[[Progress], None] = _no_progress,
) -> Review:
    """Pre-review one case.

    Args:
        paths: A folder, a ZIP or several files; together they are one case.
        declared: What the caller says of the case.
        settings: Limits and places.
        progress: Told of every file opened and every page read.

    Raises:
        InputError: Nothing in the case could be opened.
        RulesError: The regulation graph does not load.
        SandboxError: Files cannot be opened as well walled in as the settings require.
        UsageError: Item or jurisdiction is unknown.
        WeightsError: Model weights are missing or altered.
    """
    shared_workshop().require(settings.sandbox_level)
    graph = _graph()
    extractor = open_extractor(settings)
    classifier = open_classifier(settings)
    with (
        tempfile.TemporaryDirectory(prefix="preaudit-") as workdir,
        reading_workers(settings) as workers,
    ):
        reader = keeping(workers, settings)
        gathered = gather(paths, limits=settings.limits, workdir=Path(workdir))
        opened = list(_open_all(gathered, settings, Path(workdir), progress))
        readings = _read_all(opened, reader, settings, progress)
        images = _page_images(opened)
    case = _case(declared, gathered.declaration, graph)
    engines = (graph, reader, classifier, extractor)
    report = _report((case, declared.known_at), gathered, opened, readings, engines)
    return Review(report=_with_quotes(report, graph, settings), images=images)


def _with_quotes(report: Report, graph: Graph, settings: Settings) -> Report:
    """Return the report with its citations word for word, as far as texts were imported."""
    cited = {citation.clause for finding in report.findings for citation in finding.citations}
    try:
        store = open_store(settings.law_texts)
        if store is None:
            return report
        found = quotations(store, graph.regulations.values(), cited=cited)
    except StoreFault as fault:
        return replace(report, problems=(_unquoted(str(fault)), *report.problems))
    return replace(
        report,
        findings=quoted(report.findings, found.by_clause),
        problems=(*map(_unquoted, found.faults), *report.problems),
        provenance=replace(report.provenance, law_texts=found.index if found.by_clause else ""),
    )


def _unquoted(fault: str) -> Problem:
    return Problem(
        stage=Stage.CHECK,
        code="law_text_unusable",
        message=Bilingual(
            zh=f"存储的法规原文不能使用，报告只列要点：{fault}",
            en=f"a stored law text cannot be used, the report shows our summary: {fault}",
        ),
        remedy=Bilingual(
            zh="请重新导入法规文本（preaudit laws import）",
            en="import the law texts again (preaudit laws import)",
        ),
        file="",
        notice=True,
    )


def _graph() -> Graph:
    try:
        return load_graph()
    except RulesFault as fault:
        raise RulesError(str(fault), code="rules_fault") from fault


def _case(declared: CaseOptions, found: Declaration | None, graph: Graph) -> Case:
    item = declared.item or (found.item if found else None) or DEFAULT_ITEM
    place = declared.jurisdiction or (found.jurisdiction if found else None)
    if item not in graph.items:
        known = ", ".join(sorted(graph.items))
        raise UsageError(f"unknown item {item!r}; known: {known}", code="unknown_item")
    if place is not None and place not in graph.jurisdictions:
        known = ", ".join(sorted(graph.jurisdictions))
        raise UsageError(
            f"unknown jurisdiction {place!r}; known: {known}", code="unknown_jurisdiction"
        )
    as_of = declared.as_of or (found.as_of if found else None)
    return Case(
        item=item,
        as_of=as_of or date.today(),  # noqa: DTZ011 - the day at the counter, not an instant
        jurisdiction=place or DEFAULT_JURISDICTION,
        attributes=dict(found.attributes) if found else {},
    )


def _open_all(
    gathered: Gathered, settings: Settings, workdir: Path, progress: Callable[[Progress], None]
) -> Iterator[Opened]:
    """Open every file in worker processes, as many at a time as there are cores."""
    total = len(gathered.entries)
    trusted = read_trust_list(settings.trust_list_dir)

    def open_one(number: int) -> Opened:
        entry = gathered.entries[number]
        folder = workdir / f"file-{number:04d}"
        folder.mkdir()
        return open_file(entry, limits=settings.limits, workdir=folder, trusted=trusted)

    with ThreadPoolExecutor(settings.threads) as pool:
        for number, opened in enumerate(pool.map(open_one, range(total))):
            name = gathered.entries[number].name
            progress(Progress(stage=Stage.INGEST, done=number + 1, total=total, label=name))
            yield opened


def _read_all(
    opened: Sequence[Opened],
    reader: Reader,
    settings: Settings,
    progress: Callable[[Progress], None],
) -> dict[tuple[str, int], Reading]:
    sheets = [sheet for one in opened for sheet in one.sheets]
    if not sheets:
        raise InputError(_nothing_opened(opened), code="nothing_opened")
    readings: dict[tuple[str, int], Reading] = {}
    with ThreadPoolExecutor(settings.threads) as pool:
        for sheet, reading in zip(sheets, pool.map(reader.read, sheets), strict=True):
            readings[sheet.source.name, sheet.page] = reading
            label = sheet.source.name
            step = Progress(stage=Stage.READ, done=len(readings), total=len(sheets), label=label)
            progress(step)
    return readings


def _nothing_opened(opened: Sequence[Opened]) -> str:
    faults = [f"{one.file}: {one.message.en}" for each in opened for one in each.problems]
    return "no file of the case could be opened; " + "; ".join(faults)


def _report(
    asked: tuple[Case, date | None],
    gathered: Gathered,
    opened: Sequence[Opened],
    readings: dict[tuple[str, int], Reading],
    engines: tuple[Graph, Reader, Classifier, Extractor],
) -> Report:
    graph, reader, classifier, extractor = engines
    case, known_at = asked
    documents = [_document(one, readings) for one in opened if one.sheets]
    documents.sort(key=lambda document: document.source.name)
    materials = _materials(documents, classifier, extractor)
    problems = _problems(gathered, opened, readings)
    facts = Facts(
        case=case,
        materials=materials,
        signals=_signals(documents),
        unread=_unread(gathered, opened),
    )
    judgement = judge(facts, graph, known_at=known_at)
    return Report(
        schema_version=SCHEMA_VERSION,
        case=case,
        sources=tuple(document.source for document in documents),
        materials=materials,
        signals=facts.signals,
        signatures=tuple(one for document in documents for one in document.signatures),
        findings=judgement.findings,
        coverage=judgement.coverage,
        problems=problems,
        provenance=Provenance(
            preaudit=_version(),
            graph=graph.digest,
            weights=tuple(
                sorted((*reader.identity.weights, *classifier.weights, *extractor.weights))
            ),
            engines=tuple(sorted((*reader.identity.engines, *extractor.engines))),
            known_at=known_at,
        ),
    )


def _unread(gathered: Gathered, opened: Sequence[Opened]) -> tuple[str, ...]:
    """Name the files of which something is not known."""
    refused = {one.file for one in gathered.problems if one.file and not _is_declaration(one.file)}
    shut = {one.file for each in opened if not _whole(each) for one in each.problems}
    return tuple(sorted(refused | shut))


def _whole(opened: Opened) -> bool:
    """Tell whether every page of a file could be opened."""
    return opened.source is not None and len(opened.sheets) == opened.source.pages


def _is_declaration(name: str) -> bool:
    return name.rsplit("/", maxsplit=1)[-1] == "case.json"


def _version() -> str:
    from importlib.metadata import version  # noqa: PLC0415 - only when a report is made

    return version("preaudit")


def _document(opened: Opened, readings: dict[tuple[str, int], Reading]) -> Document:
    chosen = [readings[sheet.source.name, sheet.page] for sheet in opened.sheets]
    signals = (*opened.signals, *(signal for one in chosen for signal in one.signals))
    return Document(
        source=opened.sheets[0].source,
        pages=with_electronic_seals([one.page for one in chosen], opened.signatures),
        signals=signals,
        signatures=opened.signatures,
    )


def _materials(
    documents: Sequence[Document], classifier: Classifier, extractor: Extractor
) -> tuple[Material, ...]:
    found = [
        extractor.extract(document, segment)
        for document in documents
        for segment in classifier.classify(document)
    ]
    seen: dict[str, int] = {}
    numbered: list[Material] = []
    for material in found:
        seen[material.kind] = seen.get(material.kind, 0) + 1
        numbered.append(replace(material, instance=seen[material.kind]))
    return corroborated(numbered)


def _signals(documents: Sequence[Document]) -> tuple[Signal, ...]:
    return tuple(signal for document in documents for signal in document.signals)


def _problems(
    gathered: Gathered,
    opened: Sequence[Opened],
    readings: dict[tuple[str, int], Reading],
) -> tuple[Problem, ...]:
    found = [
        *gathered.problems,
        *(problem for one in opened for problem in one.problems),
        *(problem for one in readings.values() for problem in one.problems),
    ]
    return tuple(sorted(found, key=lambda one: (one.file, one.page or 0, one.code)))


def _page_images(opened: Sequence[Opened]) -> StoredImages:
    return StoredImages(
        pages={
            (sheet.source.sha256, sheet.page): _jpeg(sheet)
            for one in opened
            for sheet in one.sheets
        }
    )


def _jpeg(sheet: Sheet) -> bytes:
    image = Image.fromarray(sheet.pixels.load())
    if image.width > IMAGE_WIDTH:
        height = round(image.height * IMAGE_WIDTH / image.width)
        image = image.resize((IMAGE_WIDTH, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=IMAGE_QUALITY)
    return buffer.getvalue()
