"""Which font of this machine stands in for one that an OFD names and does not bring along."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from preaudit.ingest.ofd.faces import Face, UnusableFont, machine_face

Place = tuple[str, int]
"""A font file and which font of the collection."""

_DEBIAN = "/usr/share/fonts/truetype"
_SONG: Place = (f"{_DEBIAN}/arphic/uming.ttc", 0)
_KAI: Place = (f"{_DEBIAN}/arphic/ukai.ttc", 0)
_HEI: Place = (f"{_DEBIAN}/wqy/wqy-zenhei.ttc", 0)
_MICRO_HEI: Place = (f"{_DEBIAN}/wqy/wqy-microhei.ttc", 0)
_NOTO_SERIF: Place = ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", 2)
_NOTO_SANS: Place = ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2)
_DROID: Place = (f"{_DEBIAN}/droid/DroidSansFallbackFull.ttf", 0)
_DEJAVU: Place = (f"{_DEBIAN}/dejavu/DejaVuSans.ttf", 0)
_TIMES: Place = (f"{_DEBIAN}/liberation/LiberationSerif-Regular.ttf", 0)
_ARIAL: Place = (f"{_DEBIAN}/liberation/LiberationSans-Regular.ttf", 0)
_COURIER: Place = (f"{_DEBIAN}/liberation/LiberationMono-Regular.ttf", 0)

_CHINESE = (_SONG, _HEI, _MICRO_HEI, _KAI, _NOTO_SERIF, _NOTO_SANS, _DROID)
_SYMBOLS = (_DEJAVU,)
_BY_WORD: tuple[tuple[tuple[str, ...], tuple[Place, ...]], ...] = (
    (("楷", "kai"), (_KAI,)),
    (("黑", "hei", "圆", "gothic"), (_HEI, _MICRO_HEI, _NOTO_SANS)),
    (("宋", "仿", "song", "sun", "fang", "ming"), (_SONG, _NOTO_SERIF)),
    (("courier", "mono", "consolas"), (_COURIER,)),
    (("arial", "helvetica", "sans", "calibri", "tahoma", "verdana"), (_ARIAL,)),
    (("times", "roman", "serif", "georgia", "cambria"), (_TIMES,)),
)
"""Words of a font's name and the fonts of Debian that look most like it."""


class Typefaces:
    """The fonts of this machine, opened when one is needed and kept.

    Args:
        chinese: Fonts that any text can be written with, the best first.
        symbols: Fonts for what those lack.
    """

    def __init__(
        self, chinese: Sequence[Place] = _CHINESE, symbols: Sequence[Place] = _SYMBOLS
    ) -> None:
        self._any = (*chinese, *symbols)
        self._opened: dict[Place, Face | None] = {}
        self._chosen: dict[tuple[str, str], Face | None] = {}

    def with_char(self, char: str, *names: str) -> Face | None:
        """Return a font that has a character and looks as much as can be like one of a name.

        Args:
            char: The character.
            names: What the document calls the font and its family.
        """
        key = (char, "\n".join(names))
        if key not in self._chosen:
            faces = self._faces(" ".join(names).lower())
            self._chosen[key] = next((face for face in faces if face.glyph_of(char)), None)
        return self._chosen[key]

    def _faces(self, name: str) -> Iterator[Face]:
        seen: set[Place] = set()
        alike = [place for words, places in _BY_WORD if _any_in(words, name) for place in places]
        for place in (*alike, *self._any):
            if place not in seen:
                seen.add(place)
                face = self._face(place)
                if face is not None:
                    yield face

    def _face(self, place: Place) -> Face | None:
        if place not in self._opened:
            path = Path(place[0])
            try:
                self._opened[place] = machine_face(path, place[1]) if path.is_file() else None
            except UnusableFont:
                self._opened[place] = None
        return self._opened[place]


def _any_in(words: Sequence[str], name: str) -> bool:
    return any(word in name for word in words)
