"""Traditional forms of characters, as recognisers give them for simplified ones.

Recognisers know both forms and take one for the other where print is faint. Papers of the mainland
are printed in simplified characters; what the standard list knows stays as it is, for names.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import opencc

_STANDARD: Final = "gb2312"
"""What it encodes is printed on the mainland: 乾 is a name there, and no traditional 干."""
_NAMES: Final = frozenset("昇甯陞鍾龢祕鉅")
"""Forms that the list of standard characters (国务院 2013) allows in names again."""


@cache
def _converter() -> Any:
    return opencc.OpenCC("t2s")


@cache
def simplified_form(char: str) -> str:
    """Return the simplified form of a traditional character; any other character as it is."""
    if char.isascii() or char in _NAMES or _is_standard(char):
        return char
    form = str(_converter().convert(char))
    return form if len(form) == 1 and _is_standard(form) else char


def _is_standard(char: str) -> bool:
    try:
        char.encode(_STANDARD)
    except UnicodeEncodeError:
        return False
    return True
