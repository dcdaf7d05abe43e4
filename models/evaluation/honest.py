"""Plain papers, made on the spot, that must be read whatever lies beside them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas


def honest_papers(folder: Path, *, count: int) -> list[Path]:
    """Write small PDFs and pictures, by turns, and return where they lie."""
    return [
        _pdf(folder / f"paper-{number:02d}.pdf", number)
        if number % 2 == 0
        else _picture(folder / f"paper-{number:02d}.png", number)
        for number in range(count)
    ]


def _pdf(path: Path, number: int) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    for page in range(1 + number % 3):
        canvas.drawString(72, 720, f"Paper {number}, page {page + 1}")
        canvas.rect(72, 300, 200, 120)
        canvas.showPage()
    canvas.save()
    return path


def _picture(path: Path, number: int) -> Path:
    image = Image.new("RGB", (620, 877), "white")
    ImageDraw.Draw(image).text((60, 60), f"Paper {number}", fill="black")
    image.save(path, dpi=(75, 75))
    return path
