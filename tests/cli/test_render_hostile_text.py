"""What people wrote is shown, never obeyed: terminal, CSV, JSON and HTML."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from whole import render_csv, render_json

from cli.render.csv_ import as_text
from cli.render.html import render_html
from cli.render.table import render_table
from cli.render.text import visible, width_of, wrapped
from projections.result import Amount, Column, Row, Standing, ViewResult

HOSTILE = (
    "<script>alert(1)</script>",
    "</style><img src=x onerror=alert(1)>",
    "\x1b]0;owned\x07\x1b[2J",
    '=HYPERLINK("http://example.org","x")',
    "evil \u202egnp.exe",
    "{{ 7 * 7 }}",
    "مرحبا بكم",
    "w" * 5000,
)


def view(*texts: str, chart: bool = False) -> ViewResult:
    columns = (
        Column("text", "text", "", "What was said"),
        Column("n", "integer", "line", "Lines"),
    )
    rows = tuple(Row({"text": text, "n": at}, (at,)) for at, text in enumerate(texts))
    spec = {
        "description": "Lines",
        "data": {"values": [{"text": text[:80], "n": at + 1} for at, text in enumerate(texts)]},
        "mark": "bar",
        "encoding": {
            "y": {"field": "text", "type": "nominal"},
            "x": {"field": "n", "type": "quantitative"},
        },
    }
    return ViewResult(
        view="said",
        title="Said",
        question="What was said?",
        formula="every line",
        does_not_show="who meant it",
        checkpoint=Standing("example.org/log", len(texts), "AAAA"),
        columns=columns,
        rows=rows,
        hashes={at: f"{at:064x}" for at in range(len(texts))},
        notes=texts[:3],
        chart=spec if chart else None,
    )


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_holds_no_element_that_the_record_brought(text: str) -> None:
    plain, hostile = _Tags(), _Tags()
    plain.feed(render_html(view("fine")))
    hostile.feed(render_html(view(text)))
    assert [tag for tag, _ in hostile.seen] == [tag for tag, _ in plain.seen]
    for tag, attributes in hostile.seen:
        assert tag not in ("script", "img", "iframe", "object", "link", "base", "form")
        assert not any(name.startswith("on") for name in attributes)


def test_hostile_labels_stay_text_inside_a_chart() -> None:
    page = render_html(view(*HOSTILE[:2], chart=True))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.partition("<svg")[2]


def test_the_page_lets_in_its_own_style_sheet_and_nothing_else() -> None:
    page = render_html(view("fine", chart=True))
    policy = page.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert ' style="' not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page


def test_right_to_left_text_is_isolated_and_overrides_are_shown() -> None:
    page = render_html(view("مرحبا", "evil \u202egnp.exe"))
    assert "<bdi>مرحبا</bdi>" in page
    assert "\\u202e" in page
    assert "\u202e" not in page


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_table_obeys_no_character_of_the_record(text: str) -> None:
    shown = render_table(view(text), width=72)
    assert not any(ord(sign) < 32 and sign != "\n" for sign in shown)
    assert "\u202e" not in shown
    assert all(width_of(line) <= 72 for line in shown.splitlines())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " =", "\u200b="])
def test_text_never_becomes_a_formula(start: str) -> None:
    out = render_csv(view(f"{start}1+1"))
    cell = next(csv.DictReader(io.StringIO(out, newline="")))["text"]
    assert cell == f"'{start}1+1"


def test_ordinary_text_and_negative_numbers_are_left_as_they_are() -> None:
    columns = (Column("a", "integer", "", "A"), Column("m", "money", "", "M"))
    base = view("x")
    result = ViewResult(
        **{
            **{name: getattr(base, name) for name in base.__slots__},
            "columns": columns,
            "rows": (Row({"a": -3, "m": Amount(-5, "GBP", 2)}),),
        }
    )
    assert render_csv(result) == "a,m\r\n-3,-0.05\r\n"
    assert as_text("tea - with milk") == "tea - with milk"


def test_csv_quotes_commas_quotes_and_line_breaks() -> None:
    out = render_csv(view('a,"b"\nc'))
    assert '"a,""b""\nc",0\r\n' in out


@settings(deadline=None, max_examples=60)
@given(st.text())
def test_any_text_survives_csv_and_json_as_it_was_but_for_the_guard(text: str) -> None:
    result = view(text)
    row = next(csv.reader(io.StringIO(render_csv(result).partition("\r\n")[2], newline="")))
    if "\x00" not in text:
        assert row[0] in (text, "'" + text)
    assert json.loads(render_json(result))["rows"][0]["text"] == text


@given(st.text(), st.integers(2, 40))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    shown = visible(text)
    lines = wrapped(shown, width)
    assert all(width_of(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == shown.replace(" ", "")
