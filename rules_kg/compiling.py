"""Rules as written to rules with parsed and type-checked expressions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from rules_kg.faults import Fault, nearest
from rules_kg.language.checker import check, check_condition
from rules_kg.language.parser import parse
from rules_kg.language.scope import Scope
from rules_kg.language.syntax import Expression, LanguageFault
from rules_kg.language.template import Template, parse_template
from rules_kg.records import Located
from rules_kg.rules import Need, Phrase, Rule
from rules_kg.schema import RuleText, Words
from rules_kg.vocabulary import Vocabulary

T = TypeVar("T")


class RuleCompiler:
    """Compiles rules one by one and notes every fault of each."""

    def __init__(self, scope: Scope, vocabulary: Vocabulary, faults: list[Fault]) -> None:
        self._scope = scope
        self._vocabulary = vocabulary
        self._faults = faults

    def compile(self, located: Located[RuleText]) -> Rule | None:
        """Return the rule, or None when something in it is at fault."""
        text = located.record
        before = len(self._faults)
        applies = self._condition(located, text.applies_when, "applies_when")
        condition = self._condition(located, text.check, "check")
        soften = text.soften.when if text.soften else None
        soften_when = self._condition(located, soften, "soften", "when")
        phrases = [
            self.phrase(located, words, name)
            for name, words in (
                ("message", text.message),
                ("on_undetermined", text.on_undetermined),
                ("remedy", text.remedy),
            )
        ]
        needs = self._needs(located)
        if len(self._faults) > before or condition is None:
            return None
        message, on_undetermined, remedy = phrases
        return Rule(
            text=text,
            file=located.file,
            line=located.spot().line,
            check=condition,
            applies_when=applies,
            soften_when=soften_when,
            needs=needs,
            message=message,
            on_undetermined=on_undetermined,
            remedy=remedy,
        )

    def phrase(self, located: Located[Any], words: Words, *steps: str | int) -> Phrase:
        """Return a template in both languages; its faults are noted."""
        zh = self._template(located, words.zh, *steps, "zh")
        return Phrase(zh=zh, en=self._template(located, words.en, *steps, "en"))

    def _condition(
        self, located: Located[RuleText], text: str | None, *steps: str
    ) -> Expression | None:
        if text is None:
            return None

        def act() -> Expression:
            found = parse(text)
            check_condition(found, self._scope)
            return found

        return self._noting(located, text, steps, act)

    def _template(self, located: Located[Any], text: str, *steps: str | int) -> Template:
        def act() -> Template:
            found = parse_template(text)
            for part in found.expressions:
                try:
                    check(part.expression, self._scope)
                except LanguageFault as fault:
                    offset = part.offset + fault.offset
                    raise LanguageFault(fault.message, offset, fault.code) from fault
            return found

        return self._noting(located, text, steps, act) or Template(text=text, parts=(text,))

    def _noting(
        self, located: Located[Any], text: str, steps: tuple[str | int, ...], act: Callable[[], T]
    ) -> T | None:
        return noted(located, text, steps, act, self._faults)

    def _needs(self, located: Located[RuleText]) -> tuple[Need, ...]:
        found = []
        for index, written in enumerate(located.record.needs or ()):
            kind, _, field = written.partition(".")
            known = self._vocabulary.kinds.get(kind)
            if known is None:
                hint = nearest(kind, self._vocabulary.kinds)
                message = f"needs an unknown kind {kind!r}{hint}"
            elif field and field not in known.fields:
                message = f"{kind} has no field {field!r}{nearest(field, known.fields)}"
            else:
                found.append(Need(kind=kind, field=field or None))
                continue
            self._faults.append(located.fault(message, "needs", index, code="unknown_name"))
        return tuple(found)


def noted(
    located: Located[Any],
    text: str,
    steps: tuple[str | int, ...],
    act: Callable[[], T],
    faults: list[Fault],
) -> T | None:
    """Return what `act` gives; a fault of an expression in it is noted where it stands."""
    try:
        return act()
    except LanguageFault as fault:
        faults.append(placed(located, text, steps, fault))
        return None


def placed(
    located: Located[Any], text: str, steps: tuple[str | int, ...], fault: LanguageFault
) -> Fault:
    """Return a fault of an expression with the file, line and column of its character."""
    line, column = located.spot(*steps).of(text, fault.offset)
    return Fault(
        file=located.file,
        line=line,
        column=column,
        subject=str(located.record.id),
        message=f"{'.'.join(str(step) for step in steps)}: {fault.message}",
        code=fault.code,
    )
