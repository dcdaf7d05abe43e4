"""What ingest says when something is wrong: codes, and their words in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

from preaudit.errors import Stage
from preaudit.findings import Bilingual
from preaudit.report import Problem


class Refusal(Exception):  # noqa: N818  # it is an answer, not an error
    """A file, or a part of one, is not read.

    Args:
        code: One of `problems.yaml`.
        page: Set when it concerns one page only.
        facts: Fill the words of the message.
    """

    def __init__(self, code: str, *, page: int | None = None, **facts: str | float) -> None:
        super().__init__(code)
        self.code = code
        self.page = page
        self.facts = {name: str(fact) for name, fact in facts.items()}


class _Words(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: str
    en: str


class _Text(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    message: _Words
    remedy: _Words
    notice: bool = False
    """Whether nothing is lost by it."""


@cache
def _catalogue() -> Mapping[str, _Text]:
    data = resources.files("preaudit.ingest").joinpath("problems.yaml").read_text("utf-8")
    return TypeAdapter(dict[str, _Text]).validate_python(yaml.safe_load(data))


def codes() -> tuple[str, ...]:
    """Return all codes that a problem of this stage may carry."""
    return tuple(_catalogue())


def is_notice(code: str) -> bool:
    """Tell whether a problem with this code says how something was read, and nothing is lost."""
    return _catalogue()[code].notice


class _Facts(dict[str, str]):
    """Facts for a message; one that is not known reads as a question mark."""

    def __missing__(self, key: str) -> str:
        return "?"


def problem(
    code: str, *, file: str, page: int | None = None, facts: Mapping[str, str] | None = None
) -> Problem:
    """Return the problem with this code, its words naming the file and the page.

    Raises:
        KeyError: No such code.
    """
    text = _catalogue()[code]
    known = _Facts(facts or {})
    where_zh = f"{file} 第 {page} 页：" if page else f"{file}：" if file else ""
    where_en = f"{file}, page {page}: " if page else f"{file}: " if file else ""
    return Problem(
        stage=Stage.INGEST,
        code=code,
        message=Bilingual(
            zh=f"{where_zh}{text.message.zh.format_map(known)}。",
            en=f"{where_en}{text.message.en.format_map(known)}.",
        ),
        remedy=Bilingual(zh=f"{text.remedy.zh}。", en=f"{_capital(text.remedy.en)}."),
        file=file,
        page=page,
        notice=text.notice,
    )


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def refused(refusal: Refusal, *, file: str) -> Problem:
    """Return a refusal as the problem that the report shows."""
    return problem(refusal.code, file=file, page=refusal.page, facts=refusal.facts)
