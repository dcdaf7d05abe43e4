"""`python -m models.evaluation.overlays OUT`: pictures of what reading found, drawn on the pages.

Lines of text are blue, cells green, marks red with their kind and what they say. Outlines are
mapped from the upright page to the page as it is in the file.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from corpus.faces import image_face
from models.evaluation.reading import sheets_of
from models.evaluation.reading_pages import reading_pages
from preaudit.document import Page
from preaudit.geometry import Box
from preaudit.read import open_reader
from preaudit.settings import Settings
from preaudit.sheet import Pixels

_CHANNELS = ("scan-colour+skew", "photo+shadow", "photocopy", "native")
_WIDTH_PX = 900
_QUALITY = 72
_BLUE, _GREEN, _RED = (36, 92, 196), (24, 140, 84), (206, 40, 40)


def drawn(page: Page, pixels: Pixels) -> Image.Image:
    """Return the page as it is in the file with everything that was found on it."""
    scale = _WIDTH_PX / pixels.shape[1]
    picture = Image.fromarray(pixels).resize((_WIDTH_PX, round(pixels.shape[0] * scale)))
    pen = ImageDraw.Draw(picture)
    for cell in page.cells:
        pen.polygon(_outline(page, cell.box, picture.size), outline=_GREEN, width=2)
    for line in page.lines:
        pen.polygon(_outline(page, line.box, picture.size), outline=_BLUE)
    face: ImageFont.FreeTypeFont = image_face("hei", 15)
    for mark in page.marks:
        corners = _outline(page, mark.box, picture.size)
        pen.polygon(corners, outline=_RED, width=3)
        left, top = min(x for x, _ in corners), min(y for _, y in corners)
        pen.text((left, max(0, top - 19)), f"{mark.kind} {mark.text}", fill=_RED, font=face)
    return picture


def _outline(page: Page, box: Box, size: tuple[int, int]) -> list[tuple[float, float]]:
    corners = (
        (box.left, box.top),
        (box.right, box.top),
        (box.right, box.bottom),
        (box.left, box.bottom),
    )
    placed = np.array([page.to_file.point(*corner) for corner in corners]) * size
    return [(float(x), float(y)) for x, y in placed]


def main(arguments: list[str]) -> int:
    """Write one picture a channel."""
    parser = ArgumentParser(prog="python -m models.evaluation.overlays")
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=8)
    wanted = parser.parse_args(arguments)
    wanted.out.mkdir(parents=True, exist_ok=True)
    settings = Settings()
    reader = open_reader(settings)
    for file in reading_pages(wanted.seed, len(_CHANNELS), _CHANNELS):
        with TemporaryDirectory() as scratch:
            path = Path(scratch) / file.name
            path.write_bytes(file.data)
            sheet = sheets_of(path, settings, Path(scratch))[0]
            picture = drawn(reader.read(sheet).page, sheet.pixels.load())
        name = file.pages[0].channel.replace("+", "-")
        picture.convert("RGB").save(wanted.out / f"{name}.jpg", quality=_QUALITY)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
