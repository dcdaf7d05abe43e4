"""Traditional forms that a reader gives for characters it is unsure of.

A name printed in traditional characters stays as it is: only a character that the reader doubted is
taken for the simplified one, since its own list holds both and they look alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from preaudit.simplified import simplified_form

_SURE: Final = 0.9


def simplified(text: str, sureness: Callable[[int], float]) -> str:
    """Return a text with doubted traditional characters in their simplified form.

    Args:
        text: As read.
        sureness: How sure the reader was of the character at an index.
    """
    return "".join(
        simplified_form(char) if sureness(at) < _SURE else char for at, char in enumerate(text)
    )
