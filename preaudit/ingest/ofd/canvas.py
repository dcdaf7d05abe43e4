"""A page as a PDF that PDFium renders: glyphs by number, paths and pictures, but no text to read.

What the page says is known from the OFD itself; only its look goes through the PDF. Everything is
drawn in millimetres from the top left corner, as OFD has it.
"""

from __future__ import annotations

import io
from typing import Any

import pikepdf

from preaudit.ingest.ofd.numbers import Matrix, written
from preaudit.ingest.ofd.subsets import Subset
from preaudit.ingest.ofd.truetype import TrueType
from preaudit.ingest.problems import Refusal

PT_PER_MM = 72 / 25.4
_CONTENT_MAX_BYTES = 64 << 20


class Canvas:
    """Collects what a page draws.

    Args:
        left: Where the page begins, in millimetres of its own coordinates.
        top: Likewise.
        width: Of the page, in millimetres.
        height: Likewise.
    """

    def __init__(self, *, left: float, top: float, width: float, height: float) -> None:
        self._pdf = pikepdf.Pdf.new()
        self._size_pt = (width * PT_PER_MM, height * PT_PER_MM)
        self._chunks: list[bytes] = []
        self._size = 0
        self._resources: dict[str, dict[str, Any]] = {
            "/XObject": {}, "/ExtGState": {}, "/Shading": {}, "/Font": {},
        }  # fmt: skip
        self._states: dict[tuple[float, float, str], str] = {}
        self._pictures: dict[str, str] = {}
        self._fonts: dict[int, tuple[bytes, Subset]] = {}
        k = PT_PER_MM
        self.concat((k, 0.0, 0.0, -k, -left * k, (top + height) * k))

    def put(self, *operators: bytes) -> None:
        """Add operators.

        Raises:
            Refusal: `damaged_page`: the page draws more than can be shown.
        """
        for one in operators:
            self._size += len(one) + 1
            self._chunks.append(one)
        if self._size > _CONTENT_MAX_BYTES:
            raise Refusal("damaged_page", detail=f"draws > {_CONTENT_MAX_BYTES >> 20} MB")

    def save(self) -> None:
        """Keep the state of drawing until `restore`."""
        self.put(b"q")

    def restore(self) -> None:
        """Return to the state that was kept last."""
        self.put(b"Q")

    def concat(self, by: Matrix) -> None:
        """Draw through a matrix from now on."""
        self.put(written(*by) + b" cm")

    def fill_with(self, red: float, green: float, blue: float) -> None:
        """Set the colour of areas."""
        self.put(written(red, green, blue) + b" rg")

    def stroke_with(self, red: float, green: float, blue: float) -> None:
        """Set the colour of lines."""
        self.put(written(red, green, blue) + b" RG")

    def blend(self, *, fill: float = 1.0, stroke: float = 1.0, mode: str = "Normal") -> None:
        """Set how much covers what lies below, and how it mixes with it."""
        key = (round(fill, 3), round(stroke, 3), mode)
        if key == (1.0, 1.0, "Normal"):
            return
        if key not in self._states:
            name = f"/G{len(self._states)}"
            self._states[key] = name
            self._resources["/ExtGState"][name] = pikepdf.Dictionary(
                ca=key[0], CA=key[1], BM=pikepdf.Name(f"/{mode}")
            )
        self.put(self._states[key].encode("ascii") + b" gs")

    def picture(self, key: str, build: Any) -> None:
        """Draw a picture into the unit square, upright in the page's own direction.

        Args:
            key: The same for the same picture; it is built once.
            build: Takes the PDF and returns the picture as an image of it.
        """
        if key not in self._pictures:
            name = f"/I{len(self._pictures)}"
            self._resources["/XObject"][name] = build(self._pdf)
            self._pictures[key] = name
        self.put(b"q 1 0 0 -1 0 1 cm", self._pictures[key].encode("ascii") + b" Do Q")

    def letter(self, font: TrueType, glyph: int, by: Matrix, *, paint: int) -> None:
        """Draw a glyph.

        Args:
            font: Where it comes from.
            glyph: Its number there.
            by: From ems, y up, to the coordinates that are drawn in.
            paint: Whether it is filled, stroked or both: 0, 1, 2 (ISO 32000-1, 9.3.6).

        Raises:
            BrokenFont: The glyph cannot be drawn.
        """
        if id(font) not in self._fonts:
            self._fonts[id(font)] = (b"/F%d" % len(self._fonts), Subset(font))
        name, subset = self._fonts[id(font)]
        code = b"<%04x>" % subset.add(glyph)
        self.put(b"BT %s 1 Tf %d Tr %s Tm %s Tj ET" % (name, paint, written(*by), code))

    def shade(self, shading: dict[str, Any]) -> None:
        """Fill what is clipped with a shading, given as its PDF dictionary."""
        name = f"/S{len(self._resources['/Shading'])}"
        self._resources["/Shading"][name] = pikepdf.Dictionary(shading)
        self.put(name.encode("ascii") + b" sh")

    def pdf(self) -> bytes:
        """Return the page as a PDF of one page."""
        self._pdf.add_blank_page(page_size=self._size_pt)
        page = self._pdf.pages[0]
        page.Contents = self._pdf.make_stream(b"\n".join(self._chunks))
        for name, subset in self._fonts.values():
            called = name.decode("ascii")
            self._resources["/Font"][called] = subset.font(self._pdf, f"OFD{called[2:]}")
        page.Resources = pikepdf.Dictionary(
            {kind: pikepdf.Dictionary(of) for kind, of in self._resources.items() if of}
        )
        out = io.BytesIO()
        self._pdf.save(
            out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
        )
        return out.getvalue()
