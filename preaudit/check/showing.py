"""Values as texts print them."""

from __future__ import annotations

from decimal import Decimal

from preaudit.check.answers import Answer, Endless, Many, Mystery, Value
from preaudit.check.codes import masked
from preaudit.findings import Bilingual

_TRUE = Bilingual(zh="true", en="true")
_FALSE = Bilingual(zh="false", en="false")
_NOT_READ = Bilingual(zh="（未能读出）", en="(not read)")


def show(answer: Answer) -> Bilingual:
    """Return an answer's value for people; identity numbers are masked."""
    found = _shown(answer.value)
    if isinstance(answer.value, str) and any(ref.personal for ref in answer.because):
        return Bilingual(zh=masked(found.zh), en=masked(found.en))
    return found


def _shown(value: Value) -> Bilingual:  # noqa: PLR0911 - one for each sort of value
    match value:
        case bool():
            return _TRUE if value else _FALSE
        case Mystery():
            return _NOT_READ
        case Endless():
            return Bilingual(zh="长期", en="long-term")
        case Decimal():
            plain = amount(value)
            return Bilingual(zh=plain, en=plain)
        case Many():
            return _listed(value)
        case _ if hasattr(value, "shown"):
            found: Bilingual = value.shown()
            return found
        case _:
            return Bilingual(zh=str(value), en=str(value))


def amount(number: Decimal) -> str:
    """Return a number without an exponent and without zeros at its end."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _listed(many: Many) -> Bilingual:
    shown = [show(one.answer) for one in many.elements]
    return Bilingual(zh="、".join(one.zh for one in shown), en=", ".join(one.en for one in shown))
