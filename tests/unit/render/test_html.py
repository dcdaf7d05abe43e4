import json
import re
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from sample_report import CARD, ID_NUMBER, SCRIPT, DrawnImages, sample_report

from preaudit.findings import Trace
from preaudit.geometry import Box
from preaudit.render import report_html
from preaudit.render.html.images import PageKey, pictures
from preaudit.render.html.places import _crop
from preaudit.render.html.view import first_steps
from preaudit.render.safe_text import secret_places
from preaudit.report import Report


class Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.texts.append(data)


def html(report: Report) -> str:
    """Return the page of a report with drawn images."""
    return report_html(report, DrawnImages()).decode()


def parsed(text: str) -> Page:
    """Return the elements of a page."""
    page = Page()
    page.feed(text)
    return page


def test_text_from_papers_never_becomes_an_element() -> None:
    """A script in a value or a tag in a file name is shown as text."""
    text = html(sample_report())
    page = parsed(text)
    scripts = [attrs for tag, attrs in page.elements if tag == "script"]
    assert [one.get("type") for one in scripts] == ["application/json", None]
    assert SCRIPT not in text
    assert SCRIPT in page.texts
    assert not [tag for tag, _ in page.elements if tag == "b" and "扫描件" in page.texts]


def test_only_our_script_may_run() -> None:
    """The page's policy names the hash of its one script and allows no address to be fetched."""
    text = html(sample_report())
    script = text.rsplit("<script>", 1)[1].split("</script>")[0]
    digest = b64encode(sha256(script.encode()).digest()).decode()
    policy = next(
        str(attrs["content"])
        for tag, attrs in parsed(text).elements
        if tag == "meta" and attrs.get("http-equiv") == "Content-Security-Policy"
    )
    assert f"script-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")


def test_the_page_fetches_nothing() -> None:
    """Nothing on the page points outside it."""
    for tag, attrs in parsed(html(sample_report())).elements:
        assert tag not in {"link", "iframe", "object", "img"}
        assert "src" not in attrs
        assert str(attrs.get("href", "#")).startswith("#")


def test_a_closing_script_in_a_file_name_stays_data() -> None:
    """A file name cannot end the element that holds the page list."""
    sample = sample_report()
    odd = replace(sample.sources[0], name="</script><script>x()</script>.pdf")
    text = html(replace(sample, sources=(odd, *sample.sources[1:])))
    block = re.search(r'<script type="application/json" id="pages">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    assert json.loads(block.group(1))[0]["file"] == odd.name
    assert len([tag for tag, _ in parsed(text).elements if tag == "script"]) == 2


def test_identity_numbers_are_masked() -> None:
    """The page holds no whole identity number, not even in its data."""
    text = html(sample_report())
    assert ID_NUMBER not in text
    assert "999***********1237" in text


def test_every_finding_and_gap_is_there() -> None:
    """Fails, undetermined ones, passes and unchecked ones each have their place."""
    sample = sample_report()
    text = html(sample)
    for finding in sample.findings:
        assert f'id="f-{finding.id}"' in text
    unchecked = text[text.index('id="g-unchecked"') :]
    assert "fitness.manager_busy" in unchecked
    assert "需要其他案件的数据。" in unchecked
    assert "图审合格书（加密）.pdf" in text
    assert "【未核实】" in text


def test_evidence_leads_to_its_box() -> None:
    """A place names its page and the four sides of its box."""
    buttons = [
        attrs
        for tag, attrs in parsed(html(sample_report())).elements
        if tag == "button" and "evidence" in str(attrs.get("class"))
    ]
    assert buttons[0]["data-page"] == "0"
    assert buttons[0]["data-box"] == "0.20000,0.30000,0.60000,0.33000"


def test_every_element_is_closed() -> None:
    """The markup is balanced, so that no browser has to guess."""

    class Balance(HTMLParser):
        open: tuple[str, ...] = ()

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in {"meta", "br"} and attrs is not None:
                self.open = (*self.open, tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open[-1] == tag
            self.open = self.open[:-1]

    balance = Balance()
    balance.feed(html(sample_report()))
    assert balance.open == ()


def test_a_page_without_an_image_is_named() -> None:
    """A page that has no image keeps its evidence, without a picture of it."""
    images = DrawnImages(absent=frozenset({CARD.sha256}))
    text = report_html(sample_report(), images).decode()
    assert text.count(".pg6{") == 0
    assert 'data-page="6"' in text


def test_the_same_report_gives_the_same_page() -> None:
    """Nothing in the page depends on when or where it was made."""
    assert html(sample_report()) == html(sample_report())


def test_a_case_without_anything_has_a_page() -> None:
    """No findings, no materials and no files still make a page."""
    sample = sample_report()
    coverage = replace(sample.coverage, checked=(), not_checked=())
    bare = replace(
        sample, sources=(), materials=(), findings=(), signals=(), problems=(), coverage=coverage
    )
    assert "没有识别出材料" in html(bare)


def test_pages_without_evidence_shrink_first() -> None:
    """When pictures are too heavy, pages that carry evidence keep their pixels longer."""
    cited, other = PageKey(sha256="a", page=1), PageKey(sha256="a", page=2)
    wide = DrawnImages(width_px=1200)
    roomy = pictures([cited, other], frozenset({cited}), wide, hidden={}, budget_bytes=10**7)
    assert roomy[cited] == roomy[other]
    tight = pictures(
        [cited, other],
        frozenset({cited}),
        wide,
        hidden={},
        budget_bytes=2 * len(roomy[cited].base64) - 1,
    )
    assert tight[cited] == roomy[cited]
    assert len(tight[other].base64) < len(roomy[other].base64)


@pytest.mark.parametrize(
    "sides",
    [(0.0, 0.0, 0.1, 0.02), (0.9, 0.98, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.3, 0.4, 0.3, 0.4)],
)
def test_a_crop_holds_its_box(sides: tuple[float, float, float, float]) -> None:
    """Wherever a box lies, its cut-out holds it and stays on the page."""
    left, top, right, bottom = sides
    crop = _crop(Box(page=1, left=left, top=top, right=right, bottom=bottom), 1.414)
    assert crop.left >= -1e-9
    assert crop.top >= -1e-9
    assert crop.left + crop.width <= 100 + 1e-9
    assert crop.top + crop.height <= 100 + 1e-9
    assert 0 <= crop.position_x <= 100 + 1e-9
    assert 0 <= crop.position_y <= 100 + 1e-9


def test_identity_numbers_are_painted_over_on_page_images() -> None:
    """Where evidence shows an identity number, the picture does not show its middle."""
    key = PageKey(sha256=CARD.sha256, page=1)
    places = [box for sha, box in secret_places(sample_report()) if sha == CARD.sha256]
    assert places
    shot = pictures([key], frozenset({key}), DrawnImages(), hidden={key: places})[key]
    image = Image.open(BytesIO(b64decode(shot.base64)))
    across, down = places[0].centre
    painted = image.getpixel((round(across * image.width), round(down * image.height)))
    assert isinstance(painted, tuple)
    assert max(painted) < 230


@given(
    st.recursive(
        st.builds(Trace, expression=st.text(max_size=2), result=st.just("true")),
        lambda inner: st.builds(
            Trace,
            expression=st.text(max_size=2),
            result=st.just("false"),
            steps=st.lists(inner, max_size=4).map(tuple),
        ),
        max_leaves=30,
    ),
    st.integers(1, 10),
)
def test_a_long_evaluation_is_cut_from_below(trace: Trace, most: int) -> None:
    """At most so many steps are kept, the top one always, and none is made up."""
    short = first_steps(trace, most)
    assert _steps(short) == min(most, _steps(trace))
    assert (short.expression, short.result) == (trace.expression, trace.result)


def test_steps_left_out_are_counted() -> None:
    """A finding with a very long evaluation says how many steps it does not show."""
    sample = sample_report()
    one = sample.findings[0]
    many = tuple(Trace(expression=str(number), result="true") for number in range(100))
    long = replace(one, trace=Trace(expression="all", result="true", steps=many))
    assert "另有 41 步" in html(replace(sample, findings=(long,)))


def _steps(trace: Trace) -> int:
    return 1 + sum(map(_steps, trace.steps))
