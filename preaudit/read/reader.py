"""From a sheet to a page: the order of the steps of reading."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Final, Protocol

import cv2
import numpy as np
from pydantic import TypeAdapter

from preaudit.document import Flaw, Page, Quality
from preaudit.errors import Stage
from preaudit.findings import Bilingual
from preaudit.read import drawn, scanned
from preaudit.read.clock import OutOfTimeError, page, step, taken
from preaudit.read.engine import Engine, FastEngine
from preaudit.read.forensics import local_edits
from preaudit.read.freed import keep_freed
from preaudit.read.marks import find_marks
from preaudit.read.nets import arithmetic
from preaudit.read.quick import quick_digest
from preaudit.read.text_layer import reconcile
from preaudit.read.view import PageView
from preaudit.report import Problem
from preaudit.settings import Settings
from preaudit.sheet import Pixels, Sheet, Signal
from preaudit.weights import digests, verify

VERSION: Final = "7"
"""Changes whenever the same sheet may give another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading one sheet."""

    page: Page
    signals: tuple[Signal, ...] = ()
    problems: tuple[Problem, ...] = ()
    seconds: tuple[tuple[str, float], ...] = ()
    """What each step took."""


READINGS: Final = TypeAdapter(Reading)
"""Readings as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What reads: reports name it, and readings that are kept are found by it."""

    engines: tuple[tuple[str, str], ...]
    """Name and version of each reading engine."""
    weights: tuple[tuple[str, str], ...]
    """Name and SHA-256 of each network."""
    arithmetic: str
    """What the processor can do that changes how networks round."""

    @property
    def cache_key(self) -> str:
        """Changes whenever the same sheet may give another page."""
        named = (f"{name}={said}" for name, said in (*self.engines, *self.weights))
        return ";".join((VERSION, self.arithmetic, *named))


class Reader(Protocol):
    """Reads sheets; safe to share by threads."""

    def read(self, sheet: Sheet) -> Reading:
        """Return what the sheet says; a sheet that cannot be read gives a page with that flaw."""

    @property
    def identity(self) -> Identity:
        """What reads."""


def identity(settings: Settings) -> Identity:
    """Return what reads under these settings, without loading it.

    Raises:
        WeightsError: Our own network is missing or altered.
    """
    paddle = settings.ocr == "paddleocr"
    packages = ("onnxruntime", "paddleocr") if paddle else ("openvino",)
    own = () if paddle else (quick_digest(settings.own_weights_dir),)
    return Identity(
        engines=tuple((name, version(name)) for name in packages),
        weights=(*digests(), *own),
        arithmetic=arithmetic(),
    )


def open_reader(settings: Settings) -> Reader:
    """Return a reader with its networks loaded.

    Raises:
        WeightsError: Networks are missing or altered.
    """
    verify(settings.weights_dir)
    keep_freed()
    cv2.setNumThreads(1)  # every page has one core
    if settings.ocr == "paddleocr":
        from preaudit.read.paddle import PaddleEngine  # noqa: PLC0415 - takes seconds to import

        engine: Engine = PaddleEngine(settings.weights_dir)
    else:
        engine = FastEngine(
            settings.weights_dir,
            own_weights_dir=settings.own_weights_dir,
            threads=settings.threads,
        )
    return PageReader(engine, identity(settings), timeout_s=settings.limits.read_timeout_s)


class PageReader:
    """Reads drawn pages from their glyphs and rulings, and pictures of paper by OCR."""

    def __init__(self, engine: Engine, known_as: Identity, *, timeout_s: float = 60.0) -> None:
        """Take the engine.

        Args:
            engine: Finds and reads text.
            known_as: What the engine is.
            timeout_s: What takes longer is given up, and said not to be read.
        """
        self._timeout_s = timeout_s
        self._engine = engine
        self._identity = known_as

    @property
    def identity(self) -> Identity:
        """What reads."""
        return self._identity

    def read(self, sheet: Sheet) -> Reading:
        """Return what the sheet says; a sheet that cannot be read gives a page with that flaw."""
        try:
            with page(self._timeout_s):
                return self._read(sheet)
        except OutOfTimeError:
            limit = f"{self._timeout_s:.0f}"
            return not_read(sheet, f"超过 {limit} 秒", f"it took more than {limit} s")
        except Exception as error:  # noqa: BLE001 - odd pixels must not end a case
            return not_read(sheet, "页面图像异常", type(error).__name__)

    def _read(self, sheet: Sheet) -> Reading:
        with step("load"):
            pixels = _usable(sheet.pixels.load())
        with step("layout"):
            look = scanned.see if scanned.is_scan(sheet) else drawn.see
            seen = look(pixels, sheet, self._engine)
        view = PageView(
            page=sheet.page,
            pixels=seen.pixels,
            lines=seen.lines,
            cells=seen.cells,
            sheet=sheet,
            scanned=seen.scanned,
            to_file=seen.to_file,
        )
        with step("text layer"):
            shown = reconcile(view, self._recognise, self._glance)
        view = replace(view, lines=shown.lines, cells=shown.cells)
        with step("marks"):
            marks = find_marks(view, self._recognise, self._glance)
        read = Page(
            number=sheet.page,
            aspect=seen.pixels.shape[0] / seen.pixels.shape[1],
            lines=shown.lines,
            cells=shown.cells,
            marks=marks,
            quality=seen.quality,
            to_file=seen.to_file,
        )
        with step("edits"):
            edits = local_edits(view, pixels)
        return Reading(page=read, signals=(*shown.signals, *edits), seconds=taken())

    def _glance(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [(one.text, one.confidence) for one in self._engine.glance(crops)]

    def _recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        return [(one.text, one.confidence) for one in self._engine.spell(crops)]


def _usable(pixels: Pixels) -> Pixels:
    """Return the pixels if they are a picture.

    Raises:
        ValueError: They are not.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8:  # noqa: PLR2004 - RGB
        raise ValueError(f"pixels of shape {pixels.shape} and type {pixels.dtype}")
    if min(pixels.shape[:2]) < 8:  # noqa: PLR2004 - smaller than one character
        raise ValueError(f"a picture of {pixels.shape[1]} x {pixels.shape[0]} pixels")
    return np.ascontiguousarray(pixels)


def not_read(sheet: Sheet, cause_zh: str, cause_en: str) -> Reading:
    """Return a page of which nothing is known, and why."""
    aspect = sheet.height_mm / sheet.width_mm if sheet.width_mm > 0 else 1.0
    page = Page(
        number=sheet.page,
        aspect=aspect,
        lines=(),
        cells=(),
        marks=(),
        quality=Quality(flaws=(Flaw.NOT_READ,), dpi=sheet.dpi, mean_confidence=0.0),
    )
    problem = Problem(
        stage=Stage.READ,
        code="page_not_read",
        message=Bilingual(
            zh=f"该页未能读取（{cause_zh}），其内容未知。",
            en=f"This page could not be read ({cause_en}); what it says is not known.",
        ),
        remedy=Bilingual(
            zh="请重新扫描或导出该页后再次提交。",
            en="Scan or export this page again and submit it.",
        ),
        file=sheet.source.name,
        page=sheet.page,
    )
    return Reading(page=page, problems=(problem,))
