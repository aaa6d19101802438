"""Step 10: the rules replayed in log order, over a live ledger and a published directory."""

from __future__ import annotations

from pathlib import Path

from book import ORIGIN, Book

from ledger.check import check, check_directory
from ledger.check_live import LiveSource
from ledger.check_report import Report
from ledger.encoding import new_id
from ledger.errors import Finding
from ledger.note import make_vkey
from ledger.publish import publish
from projections.bridge import catalogue
from projections.conduct import Conduct


def policy(book: Book) -> str:
    return f"log {make_vkey(ORIGIN, 1, book.log_key.public)}\nquorum none\n"


def checked(book: Book) -> Report:
    book.ledger.make_checkpoint(book.log_key)
    source = LiveSource(book.ledger.store, vault=book.vault)
    return check(source, policy=policy(book), catalogue=catalogue(), conduct=Conduct())


def at_step_10(report: Report) -> list[Finding]:
    return [finding for finding in report.findings if finding.step == 10]


def test_an_honest_record_has_nothing_to_say(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    one = book.gave(project, ben, stage="S1", level="lead")
    book.take_back(one)
    book.put_back(one)
    report = checked(book)
    assert report.findings == []
    assert report.ok


def test_a_forbidden_act_is_named_with_its_rule_and_what_would_have_allowed_it(
    book: Book,
) -> None:
    project = book.project()
    ben = book.person("community")
    one = book.gave(project, ben)
    book.take_back(one)
    again = book.sealed("contribution-retracted/v1", {"contribution": one})
    index = book.force(again).index
    report = checked(book)
    [finding] = at_step_10(report)
    assert (finding.code, finding.entry) == (10, index)
    assert "the rule not-standing" in finding.message
    assert "allowed by contribution-reinstated/v1" in finding.message
    assert report.exit_code == 10


def test_a_forbidden_act_confers_nothing_so_what_rests_on_it_is_named_too(book: Book) -> None:
    # A project opened without any grant, and a contribution within it.
    project = new_id("project")
    first = book.force(book.sealed("project-opened/v1", {"project": project}, under=False)).index
    ben = book.person("community")
    body = {
        "contribution": new_id("contribution"),
        "project": project,
        "people": [{"person": ben}],
    }
    second = book.force(book.sealed("contribution-recorded/v1", body)).index
    found = at_step_10(checked(book))
    assert [finding.entry for finding in found] == [first, second]
    assert "no-grant" in found[0].message
    assert "unknown-project" in found[1].message


def test_a_body_that_is_no_event_of_its_type_is_named(book: Book) -> None:
    index = book.force(book.sealed("project-opened/v1", {"project": "house"})).index
    [finding] = at_step_10(checked(book))
    assert (finding.code, finding.entry) == (10, index)
    assert "project-opened/v1" in finding.message


def test_an_act_under_a_revoked_grant_is_found(book: Book) -> None:
    ben = book.person("community")
    book.give_key(ben)
    body = {"to": ben, "kinds": ["agenda"], "scope": {}, "onward": 0}
    grant = book.hash(book.say("power-granted/v1", body).index)
    book.say("project-opened/v1", {"project": new_id("project")}, author=ben, under=grant)
    book.say("power-revoked/v1", {"grant": grant, "holder": ben})
    late = book.sealed("project-opened/v1", {"project": new_id("project")}, author=ben, under=grant)
    index = book.force(late).index
    [finding] = at_step_10(checked(book))
    assert finding.entry == index
    assert "the rule grant-revoked" in finding.message


def test_withheld_entries_make_it_eleven_and_never_ten(book: Book, tmp_path: Path) -> None:
    project = book.project()
    ben = book.person("community")
    book.gave(project, ben, stage="S1")
    book.ledger.make_checkpoint(book.log_key)
    publish(book.ledger, tmp_path / "public", "public", policy(book))
    report = check_directory(
        tmp_path / "public", policy=policy(book), catalogue=catalogue(), conduct=Conduct()
    )
    found = at_step_10(report)
    assert found
    assert {finding.code for finding in found} == {11}
    assert report.exit_code == 11
    assert "not shown here" in found[-1].message


def test_an_auditors_directory_is_judged_whole(book: Book, tmp_path: Path) -> None:
    project = book.project()
    book.gave(project, book.person("community"), stage="S1")
    book.ledger.make_checkpoint(book.log_key)
    publish(book.ledger, tmp_path / "auditor", "auditor", policy(book))
    report = check_directory(
        tmp_path / "auditor", policy=policy(book), catalogue=catalogue(), conduct=Conduct()
    )
    assert report.findings == []
    assert report.checked["10"] == book.size


def test_no_act_is_called_allowed_that_a_class_does_not_show(book: Book, tmp_path: Path) -> None:
    book.gave(book.project(), book.person("community"), stage="S1")
    book.ledger.make_checkpoint(book.log_key)
    publish(book.ledger, tmp_path / "public", "public", policy(book))
    report = check_directory(
        tmp_path / "public", policy=policy(book), catalogue=catalogue(), conduct=Conduct()
    )
    assert report.exit_code == 11
    assert 0 < report.checked["10"] < book.size
    assert report.checked["10"] == report.checked["6"]


def test_a_withdrawn_entry_still_happened(book: Book) -> None:
    project = book.project()
    ben = book.person("community")
    one = book.gave(project, ben, stage="S1", level="lead")
    index = book.size - 1
    stone = book.ledger.tombstone_for(index)
    body = {
        "about": ben,
        "ground": "request",
        "values": [],
        "tombstones": [stone.as_body()],
    }
    book.say("values-erased/v1", body, author=book.operator, erased=(stone.hash,))
    book.take_back(one)  # allowed: it stands, though nobody can read it any more
    report = checked(book)
    assert at_step_10(report) == []
    result = book.view("stages", project=project)
    assert any("1 entry not shown to this reader or withdrawn" in note for note in result.notes)
