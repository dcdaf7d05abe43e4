"""What training lines say.

The texts of synthetic papers, whole or in pieces and with characters exchanged, so that a
character is read by its looks and not by its company; names and addresses; runs of characters dealt
like cards, so that every one comes up as often as any other; numbers, codes, dates, Latin.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from typing import Final

import yaml

from corpus.making import iterate_papers
from models.recogniser.characters import content, is_han

KINDS: Final = ("printed", "name", "dealt", "number", "latin")
_SHARES: Final = (0.36, 0.14, 0.31, 0.14, 0.05)
_EXCHANGED: Final = 0.08
"""Share of the characters of a printed line that others take the place of."""
_WIDE: Final = {ord("0") + at: 0xFF10 + at for at in range(10)}


class Texts:
    """Draws texts by chance; the same seed draws the same ones."""

    def __init__(
        self,
        characters: Sequence[str],
        printed: Sequence[str],
        *,
        strangers: Sequence[str],
        strange: float,
        seed: str,
    ) -> None:
        """Take what texts are made of.

        Args:
            characters: All that a text may hold, but for a few strangers.
            printed: Lines of papers.
            strangers: Characters that the network is to say it does not know.
            strange: Share of them among characters that are dealt.
            seed: Of everything that is left to chance.
        """
        self._strangers = strangers
        self._strange = strange
        self._rng = random.Random(f"texts-{seed}")
        self._han = [one for one in characters if is_han(one)]
        self._others = [one for one in characters if one.strip() and not is_han(one)]
        self._known = frozenset((*characters, *strangers))
        self._printed = printed
        self._deck: list[str] = []
        text = (files("corpus") / "content" / "names.yaml").read_text(encoding="utf-8")
        self._names = yaml.safe_load(text)
        self._content = content()
        self._makers: dict[str, Callable[[int], str]] = {
            "printed": self._from_paper,
            "name": self._name,
            "dealt": self._dealt,
            "number": self._number,
            "latin": self._latin,
        }

    def draw(self, length: int, kind: str | None = None) -> tuple[str, str]:
        """Return a kind and a text of about that many characters, none that no face shows."""
        kind = kind or self._rng.choices(KINDS, _SHARES)[0]
        text = "".join(one for one in self._makers[kind](length) if one in self._known)
        return kind, text.strip() or self._deal()

    def _deal(self) -> str:
        """Return the next Chinese character; all come up before any comes up again."""
        if self._strangers and self._rng.random() < self._strange:
            return self._rng.choice(self._strangers)
        if not self._deck:
            self._deck = self._rng.sample(self._han, len(self._han))
        return self._deck.pop()

    def _from_paper(self, length: int) -> str:
        rng = self._rng
        text = rng.choice(self._printed)
        while len(text) < length and rng.random() < 0.85:  # noqa: PLR2004 - most lines are full
            text += rng.choice(("", "", "：", "，", "、", " ")) + rng.choice(self._printed)
        start = rng.randrange(max(1, len(text) - length + 1))
        return "".join(
            self._deal() if is_han(one) and rng.random() < _EXCHANGED else one
            for one in text[start : start + length]
        )

    def _name(self, length: int) -> str:
        rng, names, given_by = self._rng, self._names, self._content

        def person() -> str:
            given = [
                self._deal() if rng.random() < 0.5 else rng.choice(names["given"])  # noqa: PLR2004 - half of them rare
                for _ in range(rng.choice((1, 2, 2, 2)))
            ]
            return "".join((rng.choice(names["surnames"]), *given))

        def company() -> str:
            brand = "".join(self._deal() for _ in range(rng.choice((2, 2, 3, 4))))
            return f"{brand}{rng.choice(given_by['trades'])}{rng.choice(given_by['firms'])}"

        def address() -> str:
            street = "".join(self._deal() for _ in range(2))
            return f"{street}{rng.choice(names['street_kinds'])}{rng.randrange(1, 1999)}号"

        def role() -> str:
            return f"{rng.choice(given_by['roles'])}："

        text = rng.choice((role, person, company, address))()
        while len(text) < length:
            text += rng.choice((person, person, company, address, role))()
            text += rng.choice(("", "", "、", "（", "）", "，", " "))
        return text[:length]

    def _dealt(self, length: int) -> str:
        rng = self._rng
        pools = ("signs", "signs", "boxes", "circled")
        signs = 0.12 if rng.random() < 0.3 else 0.02  # noqa: PLR2004 - some lines are full of signs
        return "".join(
            rng.choice(self._content[rng.choice(pools)] if rng.random() < 0.8 else self._others)  # noqa: PLR2004 - the rest now and then
            if rng.random() < signs
            else self._deal()
            for _ in range(length)
        )

    def _number(self, length: int) -> str:
        text = ""
        while len(text) < length:
            text += self._one_number() + self._rng.choice(
                ("", " ", "，", "、", "~", "至", "（", "）")
            )
        return text[: max(length, 2)]

    def _one_number(self) -> str:
        rng, parts = self._rng, self._content
        units = parts["units"]

        def digits(count: int) -> str:
            return "".join(rng.choice(string.digits) for _ in range(count))

        codes = "ABCDEFGHJKLMNPQRTUWXY0123456789"
        forms: tuple[Callable[[], str], ...] = (
            lambda: digits(rng.randint(1, 18)),
            lambda: f"{rng.uniform(0, 10 ** rng.randint(1, 9)):,.2f}" + rng.choice(units),
            lambda: f"¥{rng.uniform(0, 10**8):,.2f}",
            lambda: (
                f"{rng.uniform(0, 10 ** rng.randint(1, 6)):.{rng.randint(0, 6)}f}"
                + rng.choice(units)
            ),
            lambda: f"{rng.randint(1949, 2049)}年{rng.randint(1, 12)}月{rng.randint(1, 31)}日",
            lambda: f"{rng.randint(1949, 2049)}-{rng.randint(1, 12):02}-{rng.randint(1, 31):02}",
            lambda: f"{rng.randint(1949, 2049)}.{rng.randint(1, 12)}.{rng.randint(1, 31)}",
            lambda: f"{rng.randint(0, 23)}:{rng.randint(0, 59):02}",
            lambda: digits(17) + rng.choice("0123456789X"),
            lambda: "91" + digits(6) + "".join(rng.choice(codes) for _ in range(10)),
            lambda: "".join(rng.choice(codes) for _ in range(rng.randint(3, 12))),
            lambda: f"{digits(4)}-{digits(6)}-{digits(2)}-{digits(2)}-{digits(6)}",
            lambda: "1" + digits(10),
            lambda: f"（{rng.randint(1990, 2030)}）{self._deal()}第{digits(rng.randint(3, 7))}号",
            lambda: "".join(rng.choice(parts["numerals"]) for _ in range(rng.randint(2, 9))),
            lambda: f"{rng.choice(parts['circled'])}{digits(rng.randint(1, 4))}{rng.choice(units)}",
            lambda: f"{rng.randint(1, 40)}{rng.choice(parts['houses'])}",
            lambda: f"{rng.randint(1, 99)}%",
            lambda: digits(rng.randint(2, 8)).translate(_WIDE),
        )
        return rng.choice(forms)()

    def _latin(self, length: int) -> str:
        rng = self._rng
        words: list[str] = []
        while len(" ".join(words)) < length:
            word = "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(1, 9)))
            cased = rng.choice((word, word, word.title(), word.upper()))
            if rng.random() < 0.15:  # noqa: PLR2004 - some words mix all
                pool = string.ascii_letters + string.digits + "./-:_@&+"
                cased = "".join(rng.choice(pool) for _ in range(rng.randint(2, 14)))
            words.append(cased)
        return " ".join(words)[:length]


def printed_lines(*, seed: int, papers: int) -> tuple[str, ...]:
    """Return the lines of so many synthetic papers."""
    return tuple(_printed_lines(seed, papers))


def _printed_lines(seed: int, papers: int) -> Iterator[str]:
    for made in iterate_papers(seed=seed, count=papers):
        for run in made.paper.printed.runs:
            text = " ".join(run.text.split())
            if text:
                yield text
