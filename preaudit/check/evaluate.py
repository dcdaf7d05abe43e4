"""Evaluates an expression over a case in three-valued logic, with reasons and a trace.

Both sides of `&&` and every element of a list are always evaluated: a finding has to name
everything that fails (行政许可法 第三十二条); no operand can have an effect. Only `||` stops at a
left side that is true; its value cannot change any more, and one reason to hold is enough.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, assert_never

from preaudit.check.answers import (
    Answer,
    Doubt,
    Element,
    Many,
    Ref,
    Value,
    both,
    deciding,
    either,
    merged,
    negated,
    unknown,
    unknown_since,
)
from preaudit.check.arithmetic import CannotSayError, calculate, compare
from preaudit.check.functions import READ_FOR_READ, VALUE_FUNCTIONS
from preaudit.check.lists import (
    Judged,
    agreement,
    contained,
    exists,
    exists_one,
    for_all,
    kept,
    mapped,
)
from preaudit.check.paper import Paper
from preaudit.check.showing import show
from preaudit.check.signing import bears
from preaudit.check.slips import MAY_BE_A_SLIP, may_be_slip, unsure
from preaudit.check.world import World
from preaudit.findings import Bilingual, Trace
from rules_kg.language.syntax import (
    Agree,
    Binary,
    Blank,
    Call,
    Choice,
    Expression,
    Filter,
    Has,
    Index,
    Listed,
    Literal,
    Map,
    Member,
    Name,
    Negative,
    Node,
    Not,
    Operator,
    Quantified,
    Quantity,
)

_MOST_LISTED = 40
_NO_RESULT = Bilingual(zh="算式没有结果", en="the calculation has no result")
_NO_COMPARISON = Bilingual(zh="两者不能直接比对", en="the two cannot be compared directly")
_NO_ELEMENT = Bilingual(zh="列表中没有这一项", en="the list has no such element")
_A_PERSON = Bilingual(zh="需由人工判断", en="a person has to judge")


Step = tuple[Node, Answer, Sequence["Step"]]
"""A part of an expression, what it came to, and the steps below it; told only when asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What an expression came to, and how."""

    answer: Answer
    expression: Expression
    steps: tuple[Step, ...]

    @property
    def trace(self) -> Trace:
        """The evaluation step by step; made anew each time it is asked for."""
        if not self.steps:
            return Trace(expression=self.expression.text, result=show(self.answer).zh)
        return _told(self.expression, *self.steps)


def evaluate(expression: Expression, world: World) -> Evaluated:
    """Return what an expression comes to in a case, with its trace."""
    steps: list[Step] = []
    answer = _Evaluator(expression, world, {}, steps).run(expression.node)
    return Evaluated(answer=answer, expression=expression, steps=tuple(steps))


def _told(expression: Expression, step: Step) -> Trace:
    node, answer, below = step
    return Trace(
        expression=expression.source(node),
        result=show(answer).zh if answer.known else "unknown",
        reason="；".join(dict.fromkeys(one.reason.zh for one in answer.doubts)),
        steps=tuple(_told(expression, one) for one in below),
    )


class _Evaluator:
    """Evaluates the nodes of one expression, given what its macros bind.

    Each node that is run leaves a step in `steps`, with the steps of its parts below it.
    """

    def __init__(
        self,
        expression: Expression,
        world: World,
        bound: Mapping[str, Answer],
        steps: list[Step],
    ) -> None:
        self._expression = expression
        self._world = world
        self._bound = bound
        self._steps = steps

    def run(self, node: Node) -> Answer:
        """Return a node's answer and leave its step; a literal leaves none."""
        above, self._steps = self._steps, []
        answer = self._step(node)
        if not isinstance(node, Literal):
            above.append((node, answer, self._steps))
        self._steps = above
        return answer

    def _step(self, node: Node) -> Answer:  # noqa: C901, PLR0911, PLR0912 - one arm each
        match node:
            case Binary():
                return self._binary(node)
            case Member() | Has() | Blank():
                return self._member(node)
            case Name():
                return self._name(node)
            case Literal():
                return Answer(value=node.value)
            case Listed():
                items = tuple(Element(answer=self.run(item)) for item in node.items)
                return Answer(value=Many(elements=items))
            case Index():
                return self._index(node)
            case Not():
                return negated(self.run(node.operand))
            case Negative():
                return _each_known(lambda value: -value, self.run(node.operand))
            case Choice():
                return self._choice(node)
            case Call():
                return self._call(node)
            case Quantified():
                return self._quantified(node)
            case Filter() | Map():
                return self._listing(node)
            case Agree():
                return self._agree(node)
            case _ as unreachable:
                assert_never(unreachable)

    def _name(self, node: Name) -> Answer:
        bound = self._bound.get(node.name)
        return bound if bound is not None else self._world.variable(node.name)

    def _member(self, node: Member | Has | Blank) -> Answer:
        # A paper that a variable stands for is no step of its own: its entry says enough.
        owner = self._name(node.of) if isinstance(node.of, Name) else self.run(node.of)
        if not owner.known:
            return owner
        subject: Any = owner.value
        found: Answer
        match node:
            case Member():
                found = subject.member(node.name)
            case Has():
                found = subject.has(node.name)
            case Blank():
                found = subject.blank(node.name)
            case _ as unreachable:
                assert_never(unreachable)
        return found

    def _index(self, node: Index) -> Answer:
        over, index = self.run(node.of), self.run(node.index)
        if not (over.known and index.known):
            return unknown_since(over, index)
        many, place = over.value, index.value
        assert isinstance(many, Many)  # noqa: S101 - checked when the rule was loaded
        assert isinstance(place, int)  # noqa: S101
        if many.doubts:
            return unknown(*many.doubts)
        if not 0 <= place < len(many.elements):
            return unknown(Doubt(reason=_NO_ELEMENT))
        return many.elements[place].answer

    def _binary(self, node: Binary) -> Answer:
        left = self.run(node.left)
        if node.operator is Operator.OR:
            return left if left.value is True else either(left, self.run(node.right))
        right = self.run(node.right)
        if node.operator is Operator.AND:
            return both(left, right)
        if not (left.known and right.known):
            return unknown_since(left, right)
        if isinstance(right.value, Many) and node.operator is Operator.IN:
            return contained(left, right.value, _equal)
        because = merged(left.because, right.because)
        value = _operate(node.operator, left.value, right.value)
        if isinstance(value, Doubt):
            return unknown(_about(value, because))
        return Answer(value=value, because=because)

    def _choice(self, node: Choice) -> Answer:
        condition = self.run(node.condition)
        if condition.known:
            taken = self.run(node.then if condition.value else node.otherwise)
            because = merged(condition.because, taken.because) if taken.known else ()
            return replace(taken, because=because)
        then, otherwise = self.run(node.then), self.run(node.otherwise)
        if then.known and otherwise.known and _equal(then.value, otherwise.value):
            return Answer(value=then.value, because=deciding((then, otherwise)))
        return unknown_since(condition, then, otherwise)

    def _judged(
        self, node: Quantified | Filter | Map, many: Many
    ) -> tuple[list[Judged], list[Step]]:
        """Evaluate a body for every element; its steps are left by `_tell`."""
        judged: list[Judged] = []
        steps: list[Step] = []
        for element in many.elements:
            bound = {**self._bound, node.variable: element.answer}
            below: list[Step] = []
            answer = _Evaluator(self._expression, self._world, bound, below).run(node.body)
            judged.append((element, answer))
            steps.append(below.pop() if below else (node.body, answer, ()))
        return judged, steps

    def _tell(self, steps: Sequence[Step], answer: Answer) -> None:
        """Leave the steps of elements: in full where they decide, else the outcome alone."""
        for body, one, below in steps[:_MOST_LISTED]:
            decides = not one.known or one.value == answer.value
            self._steps.append((body, one, below if decides else ()))

    def _quantified(self, node: Quantified) -> Answer:
        over = self.run(node.over)
        if not over.known:
            return replace(over, silent=False)
        many = over.value
        assert isinstance(many, Many)  # noqa: S101 - checked when the rule was loaded
        judged, steps = self._judged(node, many)
        match node.quantity:
            case Quantity.ALL:
                answer = for_all(judged)
            case Quantity.EXISTS:
                answer = exists(many, over, judged)
            case Quantity.EXISTS_ONE:
                answer = exists_one(many, over, judged)
            case _ as unreachable:
                assert_never(unreachable)
        self._tell(steps, answer)
        return answer

    def _listing(self, node: Filter | Map) -> Answer:
        over = self.run(node.over)
        if not over.known:
            return over
        many = over.value
        assert isinstance(many, Many)  # noqa: S101 - checked when the rule was loaded
        judged, steps = self._judged(node, many)
        self._tell(steps, over)
        made = kept(many, judged) if isinstance(node, Filter) else mapped(many, judged)
        return Answer(value=made, because=over.because)

    def _agree(self, node: Agree) -> Answer:
        over = self.run(node.over)
        if not over.known:
            return replace(over, silent=False)
        assert isinstance(over.value, Many)  # noqa: S101 - checked when the rule was loaded
        return agreement(over.value, VALUE_FUNCTIONS[node.same])

    def _call(self, node: Call) -> Answer:
        name = node.function
        if name in {"papers", "handed_in"}:
            kinds = tuple(_written(one) for one in node.arguments)
            world = self._world
            return (world.of_kinds if name == "papers" else world.handed_in)(kinds)
        if name == "date":
            return Answer(value=date.fromisoformat(_written(*node.arguments)))
        if name in {"sealed", "signed"}:
            return self._bears(node)
        answers = tuple(self.run(one) for one in node.arguments)
        if name == "maybe":
            return _maybe(*answers)
        return _size(*answers) if name == "size" else _each_known(VALUE_FUNCTIONS[name], *answers)

    def _bears(self, node: Call) -> Answer:
        paper = self.run(node.arguments[0])
        if isinstance(paper.value, Paper):
            return bears(paper.value, _written(node.arguments[1]), node.function)
        if not paper.known:
            return replace(paper, silent=False)
        absent: Any = paper.value
        found: Answer = absent.has("places")
        return found


def _written(node: Node) -> str:
    assert isinstance(node, Literal)  # noqa: S101 - checked when the rule was loaded
    return str(node.value)


def _equal(left: Any, right: Any) -> bool:
    equal = _operate(Operator.EQUAL, left, right)
    return equal is True


def _operate(operator: Operator, left: Any, right: Any) -> Value | Doubt:
    if isinstance(left, Many) and isinstance(right, Many):
        return _on_lists(operator, left, right)
    if operator in {
        Operator.PLUS, Operator.MINUS, Operator.TIMES, Operator.OVER, Operator.MODULO
    }:  # fmt: skip
        try:
            return calculate(operator, left, right)
        except CannotSayError:
            return Doubt(reason=_NO_RESULT)
    return compare(operator, left, right)


def _on_lists(operator: Operator, left: Many, right: Many) -> Value | Doubt:
    if operator is Operator.PLUS:
        elements = (*left.elements, *right.elements)
        return Many(elements=elements, hidden=merged(left.hidden, right.hidden))
    unsure = merged(left.doubts, right.doubts)
    everything = (*left.elements, *right.elements)
    unsure = merged(unsure, *(one.answer.doubts for one in everything if not one.answer.known))
    if unsure:
        return unsure[0]
    pairs = zip(left.elements, right.elements, strict=False)
    equal = len(left.elements) == len(right.elements) and all(
        _equal(one.answer.value, other.answer.value) for one, other in pairs
    )
    return equal if operator is Operator.EQUAL else not equal


def _about(doubt: Doubt, because: tuple[Ref, ...]) -> Doubt:
    return doubt if doubt.ref or not because else replace(doubt, ref=because[0])


def _each_known(act: Any, *answers: Answer) -> Answer:
    if any(not one.known for one in answers):
        # A silent entry stays silent through a function of it alone (`fold`), so that `agree`
        # passes it over.
        silent = all(one.silent for one in answers if not one.known)
        return replace(unknown_since(*answers), silent=silent)
    because = deciding(answers)
    value = act(*(one.value for one in answers))
    if value is False and act in READ_FOR_READ and _may_be_misread(answers):
        return unknown(_about(Doubt(reason=MAY_BE_A_SLIP), because))
    if value is None:
        return unknown(_about(Doubt(reason=_NO_COMPARISON), because))
    return Answer(value=value, because=because)


def _may_be_misread(answers: Sequence[Answer]) -> bool:
    """Return whether a function that says no may owe it to a slip of reading."""
    return may_be_slip(*answers) if len(answers) == 2 else unsure(answers)  # noqa: PLR2004


def _maybe(answer: Answer) -> Answer:
    if answer.value is True:
        return unknown(_about(Doubt(reason=_A_PERSON), answer.because))
    return answer


def _size(answer: Answer) -> Answer:
    if not answer.known:
        return unknown_since(answer)
    if isinstance(answer.value, Many):
        if answer.value.doubts:
            return unknown(*answer.value.doubts)
        return replace(answer, value=len(answer.value.elements))
    return replace(answer, value=len(str(answer.value)))
