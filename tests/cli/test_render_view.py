"""The forms of a view: what each must carry, and how it reads."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from whole import render_csv

from cli.render.html import render_html, render_report
from cli.render.json_ import as_json
from cli.render.names import GONE, Known, with_names
from cli.render.table import color_wanted, render_table
from cli.render.text import grouped, words
from projections.result import (
    Amount,
    Asked,
    Column,
    Hidden,
    Row,
    Standing,
    Summary,
    ViewResult,
    Words,
    percent,
)

COLUMNS = (
    Column("type", "text", "", "Type of payment"),
    Column("offers", "integer", "offer", "Offers"),
    Column("paid", "money", "money", "Paid", unknown="payment not recorded"),
)


def view(name: str = "payments", size: int = 12) -> ViewResult:
    return ViewResult(
        view=name,
        title="Offers and payments",
        question="What was offered, and what was paid?",
        formula="sum by type and currency",
        does_not_show="why somebody said no",
        checkpoint=Standing("example.org/log", size, "AAAA"),
        columns=COLUMNS,
        rows=(
            Row({"type": "fee", "offers": 1200, "paid": Amount(123456789, "GBP", 2)}, (3, 4)),
            Row({"type": "wage", "offers": 1, "paid": None}, (5,)),
        ),
        hashes={3: "a" * 64, 4: "b" * 64, 5: "c" * 64},
        notes=("one note",),
        summary=Summary(("Two types.",), (), ("Payment of the wage.",)),
    )


def test_json_has_the_documented_shape() -> None:
    data = as_json(view())
    assert list(data)[:6] == ["view", "question", "checkpoint", "columns", "rows", "notes"]
    assert data["checkpoint"] == {"origin": "example.org/log", "size": 12, "root": "AAAA"}
    assert set(data["columns"][0]) >= {"name", "type", "unit", "title", "from"}
    assert data["rows"][0]["paid"] == {"minor": 123456789, "currency": "GBP", "exponent": 2}
    assert data["rows"][1]["paid"] is None
    assert data["events"]["rows"] == [[3, 4], [5]]
    assert set(data["events"]["hashes"]) == {"3", "4", "5"}
    assert data["publication"].startswith("Not for publication")
    json.dumps(data)


def test_what_is_not_known_is_said_in_words_and_never_as_zero() -> None:
    shown = render_table(view(), width=100)
    assert "payment not recorded" in shown
    assert "payment not recorded" in render_html(view())
    assert words(COLUMNS[2], None) == "payment not recorded"


def test_a_table_says_what_it_rests_on_and_that_it_is_not_for_publication() -> None:
    shown = " ".join(render_table(view(), width=80).split())
    assert "example.org/log, 12 entries, root AAAA" in shown
    assert "Not for publication" in shown
    assert "What it does not show: why somebody said no" in shown


def test_numbers_stand_to_the_right_and_are_never_broken() -> None:
    lines = render_table(view(), width=60).splitlines()
    row = next(line for line in lines if line.startswith("fee"))
    assert row.rstrip().endswith("1\u00a0234\u00a0567.89 GBP")


def test_a_narrow_terminal_gets_cards_instead_of_a_cut_table() -> None:
    shown = render_table(view(), width=24)
    assert "Type of payment: fee" in shown
    assert "Offers: 1200" in shown


def test_an_empty_view_says_so_instead_of_showing_nothing() -> None:
    empty = view()
    object.__setattr__(empty, "rows", ())
    assert "Nothing is recorded yet" in render_table(empty, width=80)
    assert "Nothing is recorded yet" in render_html(empty)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_color_and_a_pipe_get_plain_text() -> None:
    assert color_wanted(_Terminal(), {})
    assert not color_wanted(_Terminal(), {"NO_COLOR": "1"})
    assert not color_wanted(_Terminal(), {"TERM": "dumb"})
    assert not color_wanted(io.StringIO(), {})
    assert "\x1b" not in render_table(view(), width=80)
    assert "\x1b[1m" in render_table(view(), width=80, color=True)


def test_a_report_begins_with_plain_sentences_and_leads_to_each_view() -> None:
    page = render_report([view(), view("stages")], title="Our year")
    first, _, rest = page.partition('<section class="view"')
    for heading in ("What this record shows", "Who spoke", "What is not known"):
        assert heading in first
    assert "Two types." in first
    assert "Nothing recorded." in first
    assert 'href="#stages"' in first
    assert 'id="stages"' in rest
    assert page.count("<h1>") == 1


def test_a_report_of_two_states_is_refused() -> None:
    with pytest.raises(ValueError, match="same state"):
        render_report([view(), view(size=13)], title="Our year")
    with pytest.raises(ValueError, match="at least one"):
        render_report([], title="Our year")


def test_a_page_is_accessible_in_its_structure() -> None:
    page = render_html(view())
    assert '<html lang="en"' in page
    assert '<a class="skip" href="#main">' in page
    assert "<caption" in page
    assert '<th scope="col"' in page
    assert '<th scope="row"' in page
    assert "Not for publication." in page.partition("<h1>")[0]
    assert "tally verify" in page.partition("<footer")[2]
    assert "@media print" in page
    assert "prefers-color-scheme: dark" in page


def test_the_foot_says_how_to_ask_the_same_again() -> None:
    narrowed = replace(view(), asked=Asked(scale="team", side="community", at=90))
    foot = render_html(narrowed).partition("<footer")[2]
    assert "<code>tally view payments --scale team --side community --at 12</code>" in foot
    foot = render_html(replace(narrowed, control={})).partition("<footer")[2]
    assert "--side community --at 12 --guarded</code>" in foot


def test_on_a_phone_each_value_stands_beside_the_name_of_its_column() -> None:
    page = render_html(view())
    assert "content: attr(data-label)" in page
    labels = re.findall(r'data-label="([^"]*)"', page)
    heads = re.findall(r'role="columnheader"[^>]*>([^<]*)', page)
    assert labels[: len(heads)] == heads
    # A card is laid out as a block, which would take the table from whoever listens to it.
    for role in ("table", "row", "rowheader", "cell"):
        assert f'role="{role}"' in page, role


def test_on_paper_nothing_stays_folded_and_no_page_is_left_nearly_empty() -> None:
    style = render_html(view()).partition("@media print")[2]
    assert "details-content" in style
    assert "break-before: page" not in style


def test_equal_rows_give_equal_digests_and_other_rows_another() -> None:
    assert view().digest == view("stages").digest
    other = view()
    object.__setattr__(other, "rows", view().rows[:1])
    assert other.digest != view().digest


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        (Amount(5, "GBP", 2), "0.05"),
        (Amount(-7550, "GBP", 2), "-75.50"),
        (Amount(500, "JPY", 0), "500"),
        (Amount(1, "BTC", 6), "0.000001"),
    ],
)
def test_money_is_exact_whatever_its_exponent(amount: Amount, shown: str) -> None:
    assert amount.decimal == shown


def test_per_cent_rounds_halves_up_and_long_numbers_are_grouped() -> None:
    assert percent(1, 3) == 33.3
    assert percent(1, 2000) == 0.1
    assert percent(260, 260) == 100.0
    assert grouped("-1234567.5") == "-1\u00a0234\u00a0567.5"
    assert grouped("1234") == "1234"


def test_charts_and_templates_load_only_when_a_page_is_made() -> None:
    code = (
        "import sys, cli.render.table, cli.render.csv_, cli.render.json_\n"
        "assert not {'vl_convert', 'jinja2', 'pydantic', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_name_joins_where_people_read_and_is_marked_as_disclosed() -> None:
    named = with_names(view(), Known({"fee": "Thank-you <fee>"}))
    assert named.rows[0].cells["type"] == "Thank-you <fee>"
    assert [column.source for column in named.columns] == ["disclosed", "body", "body"]
    assert named.digest == view().digest  # of what was counted
    page = render_html(named)
    assert "Thank-you &lt;fee&gt;" in page
    assert "from disclosed values" in page
    assert view().rows[0].cells["type"] == "fee"


def test_words_beside_an_entry_join_and_those_erased_say_so() -> None:
    rows = (Row({"type": Words(4, "reason")}), Row({"type": Words(5, "reason")}))
    said = {4: "Too far away"}
    named = with_names(replace(view(), rows=rows), Known({}, lambda index, _name: said.get(index)))
    assert [row.cells["type"] for row in named.rows] == ["Too far away", GONE]


def test_people_are_named_only_where_a_column_is_there_to_name_them() -> None:
    ana = "person:" + "a" * 26
    plain = replace(view(), rows=(Row({"type": ana}),))
    assert with_names(plain, Known({ana: "Ana"})).rows[0].cells["type"] == ana
    columns = (replace(plain.columns[0], guard="person"), *plain.columns[1:])
    assert (
        with_names(replace(plain, columns=columns), Known({ana: "Ana"})).rows[0].cells["type"]
        == "Ana"
    )


def test_a_hidden_figure_is_a_star_in_words_and_null_with_its_reason_in_json() -> None:
    result = ViewResult(
        view="few",
        title="Few",
        question="How few?",
        formula="counted",
        does_not_show="more",
        checkpoint=Standing("example.org/few", 3, "root"),
        columns=(
            Column("who", "text", "", "Who", guard="open"),
            Column("n", "integer", "person", "People", guard="count"),
        ),
        rows=(Row({"who": "all", "n": 10}), Row({"who": "some", "n": Hidden("small")})),
        hashes={},
        control={"smallest": 8},
    )
    data = as_json(result)
    assert data["rows"] == [{"who": "all", "n": 10}, {"who": "some", "n": None}]
    assert data["hidden"] == {"some": {"n": "small"}}
    assert data["control"] == {"smallest": 8}
    assert render_csv(result).splitlines() == ["who,n", "all,10", "some,*"]
    assert "<bdi>*</bdi>" in render_html(result)
    shown = render_table(result, width=60)
    assert "some       *" in shown
    assert "Not for publication" not in shown
    assert data["digest"] != as_json(replace(result, rows=result.rows[:1]))["digest"]


def test_a_table_in_parts_says_each_part_once_above_its_rows() -> None:
    columns = (
        Column("part", "text", "", "Part"),
        Column("what", "text", "", "What"),
        Column("n", "integer", "", "Number"),
    )
    rows = tuple(
        Row({"part": part, "what": what, "n": n})
        for part, what, n in (("Keys", "given", 3), ("Keys", "ended", 1), ("Erased", "values", 2))
    )
    table = render_table(replace(view(), columns=columns, rows=rows), width=60)
    lines = [line.rstrip() for line in table.splitlines()]
    assert lines[2].split() == ["What", "Number"]
    assert [line for line in lines if line in {"Keys", "Erased"}] == ["Keys", "Erased"]
    assert lines.index("Keys") < lines.index("given        3") < lines.index("Erased")


def test_a_long_list_of_what_is_not_known_is_folded_and_counted() -> None:
    unknown = tuple(f"No {thing} is recorded." for thing in "abcdefgh")
    many = replace(view(), summary=Summary((), (), unknown))
    first, _, _ = render_report([many], title="Our year").partition('<section class="view"')
    assert "<summary>And 2 more</summary>" in first
    assert all(sentence in first for sentence in unknown)
    six = replace(view(), summary=Summary((), (), unknown[:6]))
    first, _, _ = render_report([six], title="Our year").partition('<section class="view"')
    assert "<details>" not in first


def test_a_guarded_page_without_a_sentence_does_not_claim_that_nothing_is_recorded() -> None:
    guarded = replace(view(), summary=Summary((), (), ()), control={})
    first, _, _ = render_report([guarded], title="Our year").partition('<section class="view"')
    assert "Nothing recorded." not in first
    assert "small numbers" in first


def test_a_card_says_once_what_many_of_its_lines_would_say() -> None:
    named = [Column(f"n{at}", "integer", "x", f"Number {at}", unknown="not known") for at in "abc"]
    columns = (*COLUMNS, *named, Column("last", "integer", "x", "Last", unknown="none"))
    row = Row({"type": "wage", "offers": 1, "paid": None, "nb": None}, (5,))
    text = render_table(replace(view(), columns=columns, rows=(row,)), width=24)
    assert "Not known: Number a;\nNumber b; Number c\n" in text
    assert "Number a: " not in text
    assert "Last: none\n" in text
    assert text.index("Last: none") < text.index("Not known:")
    known = Row({"type": "wage", "offers": 1, "paid": None, "nb": 0}, (5,))
    text = render_table(replace(view(), columns=columns, rows=(known,)), width=24)
    assert "Number b: 0\n" in text and "Number a: not known\n" in text


def test_a_card_has_no_line_for_a_column_that_says_nothing() -> None:
    columns = (*COLUMNS, Column("words", "text", "", "In their words", unknown="", guard="words"))
    text = render_table(replace(view(), columns=columns), width=24)
    assert "In their words" not in text
    assert "Type of payment: wage" in text
