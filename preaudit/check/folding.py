"""Names and texts without what does not change who or what is meant."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_OPENING = "[{<【〈《「『" + "\u3014"
_CLOSING = "]}>】〉》」』" + "\u3015"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\u301c\u223c~"
_DOTS = "•‧∙・"
_QUOTES = "“”\u2018\u2019\"'"
_FOLDED = str.maketrans(
    dict.fromkeys(_OPENING, "(")
    | dict.fromkeys(_CLOSING, ")")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_DOTS, "·")
    | dict.fromkeys(_QUOTES, "")
)
_SPACE = re.compile(r"\s+")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return a text with width, case, brackets, spaces, quotes and dashes folded (idempotent)."""
    plain, before = text, ""
    # Folding case or taking out a space can bring characters together that NFKC writes as one.
    while plain != before:
        before = plain
        plain = unicodedata.normalize("NFKC", plain).casefold()
        plain = _SPACE.sub("", plain).translate(_FOLDED)
    return plain


@lru_cache(maxsize=4096)
def fold_person(name: str) -> str:
    """Return a person's name without spaces and without the dots between its parts."""
    return fold(name).replace("·", "").replace(".", "")


_PUNCTUATION = re.compile(r"[、，,;；。.:：/&]+")
_BUILDING = re.compile(r"#楼|号楼|幢楼?|栋楼?|#")
_GENERAL = re.compile(r"(?:建设项目|建设工程|工程项目|项目工程|工程|项目|施工总承包|总承包|施工)+$")
_SECTION = re.compile(
    r"""
    (?:
      [(]? (?: 第?[一二三四五六七八九十\d]+标段? | 施工标段 | [a-z]标段? ) [)]?
    | [(]? [a-z\d\-、第]* (?:号楼|幢|栋|座) [)]?
    | 及 | 与 | 和 | 、 | [(] | [)]
    | 地下室 | 地下车库 | 地库 | 车库 | 人防 | 门卫 | 配套用房 | 附属设施 | 室外
    | 工程 | 项目 | 施工总承包 | 总承包 | 施工 | 建设
    )+
    """,
    re.VERBOSE,
)


@lru_cache(maxsize=4096)
def fold_project(name: str) -> str:
    """Return a project's name with building marks and separators written one way."""
    plain = _PUNCTUATION.sub("、", fold(name))
    plain = _BUILDING.sub("号楼", plain)
    return _GENERAL.sub("", plain) or plain


def same_name(left: str, right: str) -> bool:
    """Whether two organisation names are one after folding."""
    return fold(left) == fold(right)


def same_person(left: str, right: str) -> bool:
    """Whether two persons' names are one after folding."""
    return fold_person(left) == fold_person(right)


def same_text(left: str, right: str) -> bool:
    """Whether two texts or numbers are one after folding."""
    return fold(left) == fold(right)


def same_project(left: str, right: str) -> bool:
    """Whether two project names can mean one project.

    Beyond folding, one may lack a list of sections or buildings, or a general word, that the other
    has at its end. A phase (一期, 二期) is never such an addition.
    """
    one, other = sorted((fold_project(left), fold_project(right)), key=len)
    if one == other:
        return True
    if not one or not other.startswith(one):
        return False
    return _SECTION.fullmatch(other[len(one) :]) is not None
