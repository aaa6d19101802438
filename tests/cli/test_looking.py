"""Who may see what about whom, and that each look at one person's records is logged.

Ana founded the programme and holds every power; Ben and Cleo sign, with none; Dana has no key.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from user import Said, User

from cli.looking import MONEY, NAMED, VEILED
from domain.catalogue import EVENTS


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A project with work, an offer and a no, and an input, about Ben and Dana."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    for name in ("Ben Okri", "Cleo Park", "Dana Reyes"):
        user.does("person add", name)
    for name in ("Ben Okri", "Cleo Park"):
        user.does("key new --no-passphrase", name)
    user.does("contribution record 'Wrote the leaflet' --by Dana --time 2h")
    user.does("--as Ben contribution record 'Asked around' --by Ben --time 3h")
    offer = user.does("payment offer Ben 20 --for Leaflet")["id"]
    user.does("--as Ben payment decline", offer)
    user.does("--as Ben input submit Buses --words 'Buses stop at six'")
    return user


def lines(said: Said) -> list[dict[str, object]]:
    assert said.code == 0, said.err
    return [json.loads(line) for line in said.out.splitlines()]


def kept_apart(said: Said) -> set[object]:
    return {line["type"] for line in lines(said) if line["status"] == "kept-apart"}


def looks(user: User, who: str = "Dana") -> list[tuple[object, object]]:
    """Every look at somebody's records that the log knows, with its view."""
    [person] = [one["id"] for one in user.does("person list") if str(one["name"]).startswith(who)]
    found: list[tuple[object, object]] = []
    for line in lines(user.types("log --json")):
        body = line.get("body")
        looked = line["type"] in {"records-seen/v1", "access-used/v1", "figures-viewed/v1"}
        if looked and isinstance(body, dict) and body.get("person") == person:
            found.append((line["type"], body["view"]))
    return found


def test_every_event_is_named_veiled_or_kept_apart_by_somebodys_choice() -> None:
    assert not NAMED & VEILED
    assert EVENTS.keys() >= NAMED | VEILED | MONEY
    assert EVENTS.keys() - NAMED - VEILED - MONEY == {
        "person-enrolled/v1", "acting-for-declared/v1", "groups-declared/v1", "persons-linked/v1",
        "persons-unlinked/v1", "person-paused/v1", "person-returned/v1", "person-left/v1",
        "way-in-offered/v1", "role-handed-over/v1", "access-granted/v1", "access-used/v1",
        "access-ended/v1", "records-seen/v1", "figures-viewed/v1", "contribution-recorded/v1",
        "contribution-retracted/v1", "contribution-reinstated/v1", "contribution-sorted/v1",
        "level-said/v1", "artefact-attached/v1", "support-asked/v1", "support-met/v1",
        "benefit-received/v1", "naming-said/v1", "gift-declared/v1", "gift-revoked/v1",
        "record-confirmed/v1",
        "record-disputed/v1", "record-corrected/v1", "dispute-answered/v1", "dispute-closed/v1",
        "person-told/v1", "advice-answered/v1",
    }  # fmt: skip


def test_a_person_opens_their_own_records_and_nothing_is_logged(ana: User) -> None:
    before = ana.does("status")["size"]
    said = ana.types("--as Ben person show Ben")
    assert "Asked around" in said.out
    assert "payment declined" in said.out
    assert ana.does("status")["size"] == before


def test_who_holds_information_opens_anybodys_and_the_look_is_logged_once_a_day(ana: User) -> None:
    assert "Wrote the leaflet" in ana.types("person show Dana").out
    assert "Wrote the leaflet" in ana.types("person show Dana").out
    assert looks(ana) == [("records-seen/v1", "person-show")]
    ana.sleeps()
    ana.types("person show Dana --json")
    assert len(looks(ana)) == 2


def test_nobody_else_opens_them_and_is_told_what_would_allow_it(ana: User) -> None:
    for line in ("person show Dana", "statement Dana", "person show Ben"):
        said = ana.types(f"--as Cleo {line}")
        assert (said.code, said.out) == (4, "")
        assert "tally access grant" in said.err
    assert looks(ana) == []


def test_case_access_opens_one_persons_records_and_every_look_is_logged(ana: User) -> None:
    granted = ana.does("access grant Cleo complaint --about Dana --until 2026-06-01")["index"]
    assert "Wrote the leaflet" in ana.types("--as Cleo person show Dana").out
    ana.types("--as Cleo person show Dana")
    assert ana.types("--as Cleo person show Ben").code == 4
    assert looks(ana) == [("access-used/v1", "person-show")] * 2
    ana.does(f"access end {granted}")
    assert ana.types("--as Cleo person show Dana").code == 4


def test_case_access_ends_on_its_day(ana: User) -> None:
    ana.does("access grant Cleo complaint --about Dana --until 2026-05-10")
    ana.sleeps(6)
    assert ana.types("--as Cleo person show Dana").code == 0
    ana.sleeps(1)
    assert ana.types("--as Cleo person show Dana").code == 4


def test_in_the_log_what_is_about_others_is_kept_apart(ana: User) -> None:
    said = ana.types("--as Cleo log --json")
    assert kept_apart(said) == {
        "person-enrolled/v1",
        "contribution-recorded/v1",
        "payment-offered/v1",
        "payment-declined/v1",
    }
    own = [line for line in lines(said) if line["type"] == "person-enrolled/v1"]
    assert [line["status"] for line in own].count("recorded") == 1
    apart = next(line for line in lines(said) if line["status"] == "kept-apart")
    assert set(apart) == {"index", "hash", "type", "at", "status"}
    said = ana.types("--as Cleo log --all")
    assert "payment declined: kept apart" in said.out
    assert "kept apart: about people whose records you may not open" in said.out
    assert kept_apart(ana.types("log --json")) == set()


def test_case_access_shows_nothing_in_a_list_for_a_list_logs_no_look(ana: User) -> None:
    ana.does("access grant Cleo complaint --about Dana --until 2026-06-01")
    about = ana.types("--as Cleo log --about Dana --json")
    assert "contribution-recorded/v1" in kept_apart(about)
    assert looks(ana) == []


def test_one_line_in_full_is_a_look_too(ana: User) -> None:
    [work] = [
        line["index"]
        for line in lines(ana.types("log --type contribution-recorded --json"))
        if "Wrote the leaflet" in str(line["disclosed"])
    ]
    for how in ("", "--raw", "--json"):
        said = ana.types(f"--as Cleo show {work} {how}")
        assert (said.code, said.out) == (4, "")
    ana.does("checkpoint make")
    assert ana.types(f"--as Cleo show {work} --proof").code == 0  # tells nothing of what it says
    ana.does("access grant Cleo complaint --about Dana --until 2026-06-01")
    assert "Wrote the leaflet" in ana.types(f"--as Cleo show {work}").out
    assert looks(ana) == [("access-used/v1", "show")]


def test_the_log_about_one_person_is_a_look_and_the_log_of_all_is_none(ana: User) -> None:
    before = ana.does("status")["size"]
    for line in ("log", "payment list", "payment claims", "person list", "contribution list"):
        assert ana.types(line).code == 0
    assert ana.does("status")["size"] == before
    assert "Wrote the leaflet" in ana.types("log --about Dana").out
    assert looks(ana) == [("records-seen/v1", "log")]
    assert "Asked around" in ana.types("--as Ben log --about Ben").out
    assert looks(ana, "Ben") == []


def test_a_line_that_somebody_else_wrote_is_a_look_for_who_holds_information(ana: User) -> None:
    wrote = {line["type"]: line["index"] for line in lines(ana.types("--as Ben log --json"))}
    assert "Wrote the leaflet" in ana.types("contribution show Wrote").out  # by her own hand
    assert looks(ana) == []
    assert ana.types("--as Ben contribution show Asked").code == 0
    asked = ana.types("contribution show Asked")
    assert "Asked around" in asked.out
    assert looks(ana, "Ben") == [("records-seen/v1", "contribution-show")]
    [work] = [
        line["index"]
        for line in lines(ana.types("--as Ben log --type contribution-recorded --json"))
        if line["status"] == "recorded"
    ]
    assert ana.types(f"show {work}").code == 0
    assert looks(ana, "Ben")[1:] == [("records-seen/v1", "show")]
    # Of money, who pays reads what they decide on; who holds information alone looks.
    assert ana.types(f"show {wrote['payment-declined/v1']}").code == 0
    assert len(looks(ana, "Ben")) == 2
    ana.does("power grant Cleo information")
    assert "declined" in ana.types("--as Cleo payment show Leaflet").out
    assert looks(ana, "Ben")[2:] == [("records-seen/v1", "payment-show")]


def test_who_acts_without_a_key_at_hand_is_nobody(ana: User) -> None:
    assert ana.ledger is not None
    for file in (ana.ledger / "keys").iterdir():
        if file.name.startswith(("ana", "ben")):
            file.rename(ana.home / file.name)
    assert "contribution-recorded/v1" in kept_apart(ana.types("log --json"))
    assert ana.types("person show Ana").code == 4
    key = next(ana.home.glob("ben*"))
    assert ana.types(f"--as Ben --key {key} person show Ben").code == 0
    assert ana.types(f"--as Ana --key {key} person show Dana").code == 4


def test_what_people_said_is_shown_by_pseudonym_without_their_own_words(ana: User) -> None:
    said = ana.types("--as Cleo log --type input-submitted")
    assert "input submitted by person:" in said.out
    assert "Ben" not in said.out
    assert "Buses" in said.out
    [line] = lines(ana.types("--as Cleo log --type input-submitted --json"))
    assert line["disclosed"] == {"title": "Buses"}
    [row] = ana.does("--as Cleo input list")
    assert row["people"][0].startswith("person:")
    assert ana.does("input list")[0]["people"] == ["Ben Okri"]
    full = ana.types(f"--as Cleo show {line['index']}").out
    assert "value    words: kept apart" in full
    assert "Buses stop at six" in ana.types(f"show {line['index']}").out


def test_votes_seats_and_powers_are_said_by_name_to_everybody(ana: User) -> None:
    ana.does("decision open Late --voter Ana --voter Ben --option late=Late --option no=No")
    ana.does("--as Ben decision vote Late late")
    ana.does("body create Board")
    ana.does("body seat Board Ben --chosen-by community")
    said = ana.types("--as Cleo log --all").out
    assert "vote cast by Ben Okri" in said
    assert "seat filled by Ana Silva: Board · Ben Okri" in said


def test_names_in_the_list_of_people_are_for_who_may_open_their_records(ana: User) -> None:
    names = {row["name"] for row in ana.does("--as Cleo person list")}
    assert names == {None, "Cleo Park"}
    ana.does("access grant Cleo support --about Dana --until 2026-06-01")
    assert "Dana Reyes" in {row["name"] for row in ana.does("--as Cleo person list")}
    assert "Ben Okri" in {row["name"] for row in ana.does("person list")}


def test_money_is_for_the_payee_and_for_who_pays(ana: User) -> None:
    assert ana.does("--as Cleo payment list") == []
    assert "None of them is yours to see" in ana.types("--as Cleo payment list").out
    assert len(ana.does("--as Ben payment list")) == 1
    ana.does("power grant Cleo budget")
    assert ana.does("--as Cleo payment list")[0]["to_name"] == "Ben Okri"
    assert "declined" in ana.types("--as Cleo payment show Leaflet").out
    assert ana.types("--as Cleo person show Ben").code == 4


def test_what_was_paid_from_a_budget_is_for_who_pays_and_who_controls_it(ana: User) -> None:
    ana.does("budget open Fees 100 --controller Cleo")
    moved = ("paid", "promised", "free")
    [ours] = ana.does("budget show")
    [hers] = ana.does("--as Cleo budget show")
    assert all(ours[name]["minor"] >= 0 for name in moved)
    assert hers == ours
    [others] = ana.does("--as Ben budget show")
    assert others == ours | dict.fromkeys(moved)
    assert "kept apart" in ana.types("--as Ben budget show").out


def test_a_claim_is_kept_apart_as_an_offer_is(ana: User) -> None:
    ana.does("--as Ben payment claim 12 --kind expense-refund --for Bus")
    assert ana.does("--as Cleo payment claims") == []
    assert len(ana.does("--as Ben payment claims")) == 1
    assert len(ana.does("payment claims")) == 1


def test_a_power_over_one_project_opens_nobodys_records(ana: User) -> None:
    ana.does("power grant Cleo information --project Clinic")
    assert ana.types("--as Cleo person show Dana").code == 4
    ana.does("power grant Cleo information")
    assert ana.types("--as Cleo person show Dana").code == 0


def test_a_power_taken_back_opens_nothing(ana: User) -> None:
    ana.does("power grant Cleo information --until 2026-05-20")
    assert ana.types("--as Cleo person show Dana").code == 0
    ana.sleeps(30)
    assert ana.types("--as Cleo person show Dana").code == 4


def test_a_statement_lists_who_looked_the_maker_of_it_too(ana: User, tmp_path: Path) -> None:
    ana.does("access grant Cleo complaint --about Dana --until 2026-06-01")
    ana.types("--as Cleo person show Dana")
    ana.does(f"statement Dana -o {tmp_path / 'dana.json'}")
    assert looks(ana) == [("access-used/v1", "person-show"), ("records-seen/v1", "statement")]
    assert ana.types(f"verify {tmp_path / 'dana.json'}").code in {0, 11}
    count = json.loads((tmp_path / "dana.json").read_text())["entries"]
    assert len(count) >= 5


def test_a_look_that_cannot_be_logged_shows_nothing(ana: User) -> None:
    assert ana.ledger is not None
    ana.sleeps()  # a new day, which only the operator's key can open
    (ana.ledger / "keys" / "operator").rename(ana.home / "operator")
    said = ana.types("person show Dana")
    assert (said.code, said.out) == (4, "")
    assert ana.types("--as Ben person show Ben").code == 0


def test_a_view_about_one_person_is_a_look_and_views_of_many_are_none(ana: User) -> None:
    said = ana.types("--as Cleo view recognition --about Dana")
    assert (said.code, said.out) == (4, "")
    assert ana.types("view recognition --about Dana").code == 0
    assert looks(ana) == [("figures-viewed/v1", "recognition")]
    own = ana.types("--as Ben view recognition --about Ben")
    assert (own.code, own.err) == (0, "")
    assert looks(ana, "Ben") == []
    ana.does("access grant Cleo complaint --about Dana --until 2026-06-01")
    let = ana.types("--as Cleo view recognition --about Dana")
    assert (let.code, let.err) == (0, "")
    assert looks(ana)[1:] == [("access-used/v1", "recognition")]
    assert ana.types("--as Cleo view stages").code == 0


def test_the_lines_behind_a_figure_are_for_who_may_open_records(ana: User) -> None:
    said = ana.types("--as Cleo view payments --why fee-GBP")
    assert (said.code, said.out) == (4, "")
    assert "Ben Okri" in ana.types("view payments --why fee-GBP").out


def test_the_record_of_looks_is_clean_at_audit(ana: User) -> None:
    ana.types("person show Dana --json")
    ana.does("access grant Cleo audit --about Ben --until 2026-06-01")
    ana.types("--as Cleo person show Ben")
    assert ana.types("verify").code == 0
