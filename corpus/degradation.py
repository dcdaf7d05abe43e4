"""How worn pages are, measured line by line: ours by channel, and real ones beside them.

Everything is measured on lines of text, whose places are known on both sides, and relative to the
height of the text, so that a small photo and a large scan can be compared.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pypdfium2 as pdfium
from PIL import Image

from corpus.channels import send
from corpus.making import iterate_papers
from corpus.paper import Paper

Grey = npt.NDArray[np.uint8]
Quad = npt.NDArray[np.float32]

_TALL = 32
"""Lines are compared at this height in pixels."""
_FEWEST = 6
"""Pages with fewer lines than this say too little."""
MEASURES = (
    "text_px",
    "text_share",
    "sharpness",
    "contrast",
    "noise",
    "light",
    "uneven",
    "skew",
    "fan",
    "blocks",
)
"""Of a page: see `measure_page`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lined:
    """A page in grey, with the corners of its lines of text, clockwise from the top left."""

    pixels: Grey
    quads: tuple[Quad, ...]


def measure_page(page: Lined) -> Mapping[str, float] | None:
    """Return what the page suffers from, each the middle of its lines; none for too few lines.

    `text_px`: height of a line in pixels. `text_share`: the same as a share of the page's height.
    `sharpness`: variance of the Laplacian over contrast squared, at one height of text. `contrast`:
    from ink to paper, 1 is black on white. `noise`: grey levels of grain on the paper. `light`: how
    bright the paper is. `uneven`: how much that differs over the page. `skew`: degrees. `fan`: how
    much the lines differ in direction. `blocks`: steps at every eighth pixel over other steps.
    """
    found = [one for one in (_measure_line(page.pixels, quad) for quad in page.quads) if one]
    if len(found) < _FEWEST:
        return None
    middle = {name: float(np.median([one[name] for one in found])) for name in found[0]}
    paper = [one["light"] for one in found]
    lean = [one["lean"] for one in found]
    return {
        **{name: middle[name] for name in ("text_px", "sharpness", "contrast", "noise", "light")},
        "text_share": middle["text_px"] / page.pixels.shape[0],
        "uneven": float(np.percentile(paper, 90) - np.percentile(paper, 10)),
        "skew": abs(middle["lean"]),
        "fan": float(np.percentile(lean, 90) - np.percentile(lean, 10)),
        "blocks": _blocks(page.pixels),
    }


def _measure_line(pixels: Grey, quad: Quad) -> Mapping[str, float] | None:
    wide = float(np.linalg.norm(quad[1] - quad[0]))
    tall = float(np.linalg.norm(quad[3] - quad[0]))
    if tall < 6 or wide < 2.5 * tall:  # noqa: PLR2004 (too small to tell anything)
        return None
    size = (max(1, round(wide)), max(1, round(tall)))
    ends = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], dtype=np.float32)
    crop = cv2.warpPerspective(pixels, cv2.getPerspectiveTransform(quad, ends), size)
    paper, ink = float(np.percentile(crop, 85)), float(np.percentile(crop, 4))
    if paper - ink < 12:  # noqa: PLR2004 (nothing printed there)
        return None
    scaled = cv2.resize(
        crop, (max(8, round(wide * _TALL / tall)), _TALL), interpolation=cv2.INTER_AREA
    )
    edges = float(cv2.Laplacian(scaled.astype(np.float32), cv2.CV_32F).var())
    ground = crop > paper - 0.15 * (paper - ink)
    grain = np.abs(crop.astype(np.float32) - cv2.medianBlur(crop, 3))[ground]
    across = quad[1] - quad[0]
    return {
        "text_px": tall,
        "sharpness": edges / (paper - ink) ** 2,
        "contrast": (paper - ink) / 255,
        "noise": float(grain.mean()) if grain.size else 0.0,
        "light": paper,
        "lean": _upright(math.degrees(math.atan2(float(across[1]), float(across[0])))),
    }


def _upright(degrees: float) -> float:
    """Return the angle as far as it is from a multiple of 90 degrees."""
    return (degrees + 45) % 90 - 45


def _blocks(pixels: Grey) -> float:
    """Return how much steeper grey steps are at every eighth pixel, as JPEG leaves them."""
    steps = np.abs(np.diff(pixels.astype(np.float32), axis=1)).mean(axis=0)
    at_blocks = steps[7::8].mean()
    others = np.delete(steps, np.arange(7, steps.size, 8)).mean()
    return float(at_blocks / max(1e-6, others))


# --- real pages ----------------------------------------------------------------------------------


def real_pages(folder: Path) -> Iterator[Lined]:
    """Yield pages of a folder with `images/NAME.*` and `lines/NAME.tsv` (number, corners, text)."""
    for path in sorted((folder / "images").iterdir()):
        table = folder / "lines" / f"{path.stem}.tsv"
        if not table.is_file():
            continue
        with Image.open(path) as picture:
            pixels = np.asarray(picture.convert("L"))
        quads = tuple(
            np.array([float(part) for part in row.split(",")[1:9]], np.float32).reshape(4, 2)
            for row in table.read_text(encoding="utf-8").splitlines()
            if row.count(",") >= 9  # noqa: PLR2004 (a number, eight corners, a text)
        )
        yield Lined(pixels=pixels, quads=quads)


# --- our pages -----------------------------------------------------------------------------------


def our_pages(channel: str, *, seed: int, count: int) -> Iterator[Lined]:
    """Yield first pages of business licences of ours, sent through the channel."""
    for number, made in enumerate(iterate_papers(("business-licence",), seed=seed, count=count)):
        yield _lined(send(made.paper, channel, seed=f"{seed}-{number}"))


def _picture(paper: Paper) -> Image.Image:
    """Return the first page in the pixels that it was saved in."""
    if paper.suffix != ".pdf":
        return Image.open(io.BytesIO(paper.data))
    with pdfium.PdfDocument(paper.data) as document:
        image = next(document[0].get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE]))
        picture: Image.Image = image.get_bitmap().to_pil()
        return picture


def _lined(paper: Paper) -> Lined:
    pixels = np.asarray(_picture(paper).convert("L"))
    size = np.array([pixels.shape[1], pixels.shape[0]], dtype=np.float32)
    quads = tuple(
        np.array([run.over[0], run.over[-1], run.under[-1], run.under[0]], np.float32) * size
        for run in paper.printed.runs
        if run.page == 1 and run.role == "text"
    )
    return Lined(pixels=np.asarray(pixels, dtype=np.uint8), quads=quads)


# --- comparison ----------------------------------------------------------------------------------


def spread(pages: Iterator[Lined]) -> Mapping[str, tuple[float, float, float]]:
    """Return the tenth, the middle and the ninetieth hundredth of each measure over the pages."""
    measured = [one for one in (measure_page(page) for page in pages) if one]
    return {name: _percentiles([one[name] for one in measured]) for name in MEASURES}


def _percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    low, middle, high = (float(np.percentile(values, share)) for share in (10, 50, 90))
    return low, middle, high


def compared(folder: Path, channels: Sequence[str], *, seed: int, count: int) -> str:
    """Return a table in Markdown: real pages, then ours by channel, `low–middle–high`."""
    columns = {"real": spread(real_pages(folder))}
    columns |= {one: spread(our_pages(one, seed=seed, count=count)) for one in channels}
    rows = ["| | " + " | ".join(columns) + " |", "|---" * (len(columns) + 1) + "|"]
    for name in MEASURES:
        cells = [" – ".join(_short(value) for value in column[name]) for column in columns.values()]
        rows.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.3g}"  # noqa: PLR2004 (three digits)
