"""A page of a report can be used without seeing it, without a mouse, and on paper (WCAG 2.2 AA).

What a machine can tell from the markup and the style sheet alone is held here, over a report with
every view in it; `cli/README.md` says how axe-core looks at the same page in a browser.
"""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from user import User

from cli.render.html import style
from projections.views import listed

#: A section with a name is a landmark too.
LANDMARKS = {"header", "aside", "nav", "main", "footer", "section"}
EMPTY = {"meta", "link", "br", "path", "line", "rect", "circle"}


class Page(HTMLParser):
    """The elements of a page in order, each with its attributes and those around it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.around: list[str] = []
        self.found: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.loose: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {k: v or "" for k, v in attrs}, tuple(self.around)))
        if tag not in EMPTY:
            self.around.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {k: v or "" for k, v in attrs}, tuple(self.around)))

    def handle_endtag(self, tag: str) -> None:
        assert self.around.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        if "body" in self.around and data.strip() and not LANDMARKS & set(self.around):
            self.loose.append(data.strip())

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs, _ in self.found if tag in tags]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Page:
    """A report of every view over a small programme."""
    home = tmp_path_factory.mktemp("pages")
    ana = User(home)
    ana.begins()
    ana.does("project open 'Late clinic'")
    ana.does("person add 'Ben Okri' --acts-for community")
    work = "contribution record 'Buses stop at six' --by Ben --stage S1 --level collaborate"
    ana.does(f"{work} --on 2026-05-01")
    ana.does("payment offer Ben 50 --for leaflet")
    ana.does(f"report all --identified -o {home / 'out'}")
    return Page((home / "out" / "report.html").read_text(encoding="utf-8"))


def test_headings_lead_down_step_by_step(page: Page) -> None:
    levels = [int(tag[1]) for tag, _, _ in page.found if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_name_that_is_pointed_to_is_there_once(page: Page) -> None:
    ids = Counter(attrs["id"] for _, attrs, _ in page.found if "id" in attrs)
    assert [name for name, times in ids.items() if times > 1] == []
    pointed = {
        name
        for _, attrs, _ in page.found
        for field in ("aria-labelledby", "aria-describedby")
        for name in attrs.get(field, "").split()
    }
    pointed |= {attrs["href"][1:] for attrs in page.all("a") if attrs["href"].startswith("#")}
    assert pointed <= ids.keys()


def test_all_that_is_said_stands_in_a_landmark_and_each_of_a_kind_has_a_name(page: Page) -> None:
    assert page.loose == ["Skip to the figures"]
    named = page.all("aside", "nav", "section")
    assert all({"aria-label", "aria-labelledby"} & attrs.keys() for attrs in named)


def test_every_table_has_a_caption_and_its_heads_say_what_they_are_heads_of(page: Page) -> None:
    tables = page.all("table")
    dossiers = 1  # what people say of the work is read line by line
    assert len(tables) == len(page.all("caption")) == len(listed()) - dossiers
    assert all(attrs.get("scope") in {"row", "col"} for attrs in page.all("th"))


def test_every_drawing_has_words_and_what_scrolls_can_be_reached_and_is_named(page: Page) -> None:
    drawings = page.all("svg")
    assert drawings
    assert all(one["role"] == "img" and one["aria-labelledby"] for one in drawings)
    assert len(page.all("figcaption")) == len(page.all("figure")) == len(drawings)
    regions = [attrs for attrs in page.all("div") if attrs.get("class") == "scroll"]
    assert all(one["tabindex"] == "0" and one["aria-labelledby"] for one in regions)


def _light(colour: str) -> float:
    """The relative luminance of a colour (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_light(one), _light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_are_readable_and_bars_are_seen_in_light_and_in_dark(scheme: str) -> None:
    light, _, dark = style().partition("@media (prefers-color-scheme: dark)")
    text = light if scheme == "light" else dark.partition("* { box-sizing")[0]
    tones = dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})\b", text))
    for ink in ("ink", "quiet", "accent"):
        for paper in ("paper", "sheet"):
            assert _contrast(tones[ink], tones[paper]) >= 4.5, (ink, paper)
    assert _contrast(tones["band-ink"], tones["band"]) >= 4.5
    for bar in ("bar", "bar-2", "bar-3", "bar-4"):
        assert _contrast(tones[bar], tones["sheet"]) >= 3, bar


def test_on_paper_a_wide_table_is_laid_out_in_blocks_so_that_nothing_is_cut_off(page: Page) -> None:
    paper = style().partition("@media print")[2]
    assert ".wide tbody tr { display: block;" in paper
    heads = [i for i, (tag, _, _) in enumerate(page.found) if tag == "table"]
    for start, end in zip(heads, [*heads[1:], len(page.found)], strict=True):
        columns = sum(attrs.get("scope") == "col" for _, attrs, _ in page.found[start:end])
        assert ("wide" in page.found[start][1].get("class", "")) == (columns > 8)


def test_what_every_view_says_is_said_once(tmp_path: Path) -> None:
    ana = User(tmp_path)
    ana.begins()
    ana.does(f"report all -o {tmp_path / 'out'}")
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert text.count("convention of hospital statistics") == 1


def test_the_page_of_one_decision_is_called_by_it_and_read_line_by_line(tmp_path: Path) -> None:
    ana = User(tmp_path)
    ana.begins()
    ana.does("person add Ben --acts-for community")
    ana.does(
        "decision open 'Open until eight?' --everywhere --option late=Late --option nothing=No "
        "--voter Ben"
    )
    out = tmp_path / "one.html"
    ana.does(f"view decision --about 'Open until eight?' --identified -o {out}")
    one = Page(out.read_text(encoding="utf-8"))
    assert not one.all("table")
    headings = [tag for tag, _, _ in one.found if re.fullmatch("h[1-6]", tag)]
    assert headings[:2] == ["h1", "h2"]
    assert "<h1>Dossier of a decision: Open until eight?</h1>" in out.read_text(encoding="utf-8")
