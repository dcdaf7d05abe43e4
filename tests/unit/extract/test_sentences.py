from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path

from preaudit.case import Material
from preaudit.document import Page
from preaudit.fields import canonical

_SPEC = importlib.util.spec_from_file_location(
    "sentence_pages", Path(__file__).with_name("conftest.py")
)
assert _SPEC is not None
assert _SPEC.loader is not None
pages = importlib.util.module_from_spec(_SPEC)
sys.modules["sentence_pages"] = pages
_SPEC.loader.exec_module(pages)

Extracted = Callable[[str, Page], Material]
CODE = "91320100MA1WABCD7K"


def said(read: Extracted, kind: str, text: str) -> dict[str, str]:
    """Return every value that a text of prose gives on a kind of paper."""
    rows = [text[at : at + 36] for at in range(0, len(text), 36)]
    material = read(kind, pages.rows_page(*rows, left=0.1))
    return {
        field.name: "|".join(told) if isinstance(told, list) else told
        for field in material.fields
        if field.value is not None and (told := canonical(field.value)) is not None
    }


def test_parties_are_told_by_what_they_do(read: Extracted) -> None:
    """由…施工, 承担了…, and a role in brackets name the parties."""
    found = said(
        read,
        "quality-safety-registration",
        "该工程由临江筑成建设有限公司承建，临江正衡监理有限公司负责监理，临江大地勘察有限公司承担勘察。"
        "责任主体为临江启明置业有限公司（建设）、临江方圆设计有限公司（设计）。",
    )
    assert found["contractor_name"] == "临江筑成建设有限公司"
    assert found["supervisor_name"] == "临江正衡监理有限公司"
    assert found["surveyor_name"] == "临江大地勘察有限公司"
    assert found["developer_name"] == "临江启明置业有限公司"
    assert found["designer_name"] == "临江方圆设计有限公司"


def test_a_contract_preamble_names_who_is_who(read: Extracted) -> None:
    """以下简称 and 作为 tell the parties, a verb tells the project manager and his number."""
    found = said(
        read,
        "construction-contract",
        f"临江启明置业有限公司（{CODE}）（以下简称甲方）与临江筑成建设有限公司（以下简称乙方）订立本合同。"
        "乙方委派周明远为项目经理，注册编号苏1322019202001234。签约价为1250.5万元。",
    )
    assert found["developer_name"] == "临江启明置业有限公司"
    assert found["contractor_name"] == "临江筑成建设有限公司"
    assert found["project_manager"] == "周明远"
    assert found["project_manager_certificate_no"] == "苏1322019202001234"
    assert found["contract_price"] == "12505000"


def test_a_licence_in_sentences_tells_its_holder(read: Extracted) -> None:
    """Holder, seat, head and term of a licence that is written as a letter."""
    found = said(
        read,
        "safety-licence",
        f"经审查，临江筑成建设有限公司（{CODE}）符合条件，准予许可。该企业设在安平市南湖区云栖路8号，"
        "由周明远任主要负责人。许可自2024年3月1日起生效，2027年2月28日届满。",
    )
    assert found["holder_name"] == "临江筑成建设有限公司"
    assert found["holder_address"] == "安平市南湖区云栖路8号"
    assert found["legal_representative"] == "周明远"
    assert found["valid_from"] == "2024-03-01"
    assert found["valid_until"] == "2027-02-28"


def test_a_power_of_attorney_names_the_agent(read: Extracted) -> None:
    """Whom a power is given, by whom, and until when."""
    found = said(
        read,
        "power-of-attorney",
        "兹委托周明远，身份证号码999999199001011234，代表临江启明置业有限公司办理施工许可事宜。"
        "委托期限为2024-03-01至2024-09-01。",
    )
    assert found["agent_name"] == "周明远"
    assert found["agent_id_number"] == "999999199001011234"
    assert found["developer_name"] == "临江启明置业有限公司"
    assert (found["valid_from"], found["valid_until"]) == ("2024-03-01", "2024-09-01")


def test_the_only_firm_of_a_certificate_is_the_employer(read: Extracted) -> None:
    """What a paper has but one of needs no words around it; of two firms neither is taken."""
    text = "第一条周明远，男，证件号999999199001011234，受雇于临江筑成建设有限公司。"
    assert said(read, "supervisor-certificate", text)["employer_name"] == "临江筑成建设有限公司"
    both = text + "第二条另见临江正衡监理有限公司，无涉。"
    assert "employer_name" not in said(read, "supervisor-certificate", both)


def test_sentences_about_nobody_give_nothing(read: Extracted) -> None:
    """Clauses that name roles but no party are not read as names."""
    found = said(
        read,
        "construction-contract",
        "施工单位应当按照审查合格的施工图设计文件施工。监理人应当对关键工序实施旁站。"
        "建筑起重机械安装应当由具有相应资质的单位承担，关键岗位人员应当到岗履职。",
    )
    assert not {"contractor_name", "developer_name", "project_manager"} & set(found)
