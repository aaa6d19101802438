"""Deciding through the commands: every method, every way ballots come in, and what follows."""

from __future__ import annotations

from pathlib import Path

import pytest
from user import User


@pytest.fixture
def ana(tmp_path: Path) -> User:
    """A ledger with a project, Ana (who founded it), Ben and Cleo, who can sign, and Dana."""
    user = User(tmp_path)
    user.begins()
    user.does("project open Clinic")
    for name in ("Ben Okri", "Cleo Park", "Dana Reyes"):
        user.does("person add", name)
    for name in ("Ben Okri", "Cleo Park"):
        user.does("key new --no-passphrase", name)
    return user


ALL = "--voter Ana --voter Ben --voter Cleo --voter Dana"


def test_a_ranking_is_written_with_signs_and_counted_by_the_named_rule(ana: User) -> None:
    ana.does(
        f"decision open 'Who goes?' {ALL} --method ranked-choice --seats 2 "
        "--option ben=Ben --option cleo=Cleo --option dana=Dana"
    )
    ana.does("decision vote 'Who goes?' 'ben > cleo = dana'")
    ana.does("--as Ben decision vote 'Who goes?' cleo '>' ben")
    ana.does("--as Cleo decision vote 'Who goes?' --abstain")
    said = ana.types("decision close 'Who goes?'")
    assert "Outcome: tied; tied: ben, cleo" not in said.out
    assert "Outcome: decided: ben, cleo (3 ballots; 1 abstained)." in said.out
    form = ana.does("decision show 'Who goes?'")
    assert form["places"] == [["ben", "cleo"], ["dana"]]
    assert "1 tie" in ana.types("decision show 'Who goes?'").out


def test_a_tie_for_one_seat_says_how_it_is_broken(ana: User) -> None:
    ana.does(
        f"decision open 'Who?' {ALL} --method ranked-choice --count-rule instant-runoff "
        "--option ben=Ben --option cleo=Cleo"
    )
    ana.does("decision vote 'Who?' 'ben > cleo'")
    ana.does("--as Ben decision vote 'Who?' 'cleo > ben'")
    said = ana.types("decision close 'Who?'")
    assert "Outcome: tied; tied: ben, cleo" in said.out
    assert "tally decision override --prefer KEY" in said.out
    said = ana.types(
        "decision override 'Who?' --prefer cleo --kind lot",
        "--rule", "Ties are broken by lot",
    )  # fmt: skip
    assert "What stands: decided: cleo." in said.out


def test_a_ballot_is_asked_for_with_the_options_in_sight(ana: User) -> None:
    ana.does(
        f"decision open 'Grants' {ALL} --method budget-vote --money 100 "
        "--option 'ramp=A ramp' --option bus=Fares --cost ramp=70 --cost bus=40"
    )
    said = ana.types("decision vote Grants", stdin="ramp bus\n")
    assert said.code == 0, said.err
    assert "A ramp" in said.err
    said = ana.types("--as Ben decision vote Grants --no-input")
    assert (said.code, "one option, or abstains" in said.err) == (2, True)
    ana.does("--as Ben decision vote Grants ramp")
    assert "Outcome: decided: ramp (ramp 2, bus 1" in ana.types("decision close Grants").out


def test_options_are_asked_for_one_by_one(ana: User) -> None:
    said = ana.types(
        f"decision open 'Late?' {ALL}",
        stdin="\n\n2026-06-01\nlate=Until nine\nnothing=Do nothing\n\ny\n",
    )
    assert said.code == 0, said.err
    assert [o["option"] for o in ana.does("decision show Late")["options"]] == ["late", "nothing"]
    said = ana.types(f"decision open 'Other?' {ALL} --no-input")
    assert (said.code, "needs options" in said.err) == (2, True)
    said = ana.types(f"decision open 'Other?' {ALL}", stdin="\n\n\n\n")
    assert (said.code, "Write at least one" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("--cost tea=5", "no such option"),
        ("--put-by late=", "nothing is said"),
        ("--left-out Dana", "who, and a cause"),
        ("--threshold most", "is not a threshold"),
        ("--voters nowhere.txt", "cannot be read"),
        ("--method delegated --voter Ben", "who delegated it"),
        ("--method delegated --voter Ben --delegated-by Ana", "0 live grants"),
    ],
)
def test_a_wrong_word_is_told_in_words(ana: User, wrong: str, told: str) -> None:
    said = ana.types(f"decision open 'Late?' --option late=Late {wrong}")
    assert said.code == 2
    assert told in said.err


def test_who_is_left_out_is_said_with_the_cause(ana: User) -> None:
    ana.does(
        "decision open 'Late?' --voter Ana --voter Ben --left-out Cleo=interest --left-out "
        "3=not-reached --option late=Late --option nothing=Nothing --put-by late=Ben"
    )
    assert ana.does("decision show Late")["left_out"] == [
        "Cleo Park (interest)",
        "3 (not-reached)",
    ]
    assert "Left out of the electorate: Cleo Park (interest)" in ana.types("decision show Late").out


SECRET = f"decision open 'Late?' {ALL} --option late=Late --option nothing=Nothing"


def test_two_tellers_sign_who_voted_and_what_they_counted(ana: User) -> None:
    ana.does(f"{SECRET} --ballots tellers --teller Ana --teller Ben")
    line = "decision count Late --voted Cleo --voted Dana --for late=2"
    said = ana.types(line)
    assert (said.code, "both sign the count" in said.err) == (4, True)
    ana.does(f"{line} --cosigner Ben")
    ana.does("decision close Late")
    said = ana.types("decision show Late").out
    assert "2 of 4 voted (50.0%)" in said
    assert "attested by two tellers, not proven" in said
    assert "only the outcome is shown" in said


def test_a_tally_from_elsewhere_is_taken_over_and_shown_for_what_it_is(ana: User) -> None:
    ana.does(
        "decision open 'Late?' --eligible 40 --ballots imported "
        "--option late='Until nine' --option nothing=Nothing"
    )
    votes = ana.home / "votes.csv"
    for text, told in (
        ("option,for\nlate,many\n", "no number of votes"),
        ("option,for\ntea,3\n", "is no option"),
        ("", "is empty"),
        ("Until nine,Nothing\n1,first\n", "is no rank"),
        ("Until nine,Nothing\n1\n", "expected a cell"),
    ):
        votes.write_text(text, encoding="utf-8")
        said = ana.types("decision import Late", str(votes))
        assert (said.code, told in said.err) == (2, True), said.err
    votes.write_text("option,for\nUntil nine,12\nnothing,3\n", encoding="utf-8")
    said = ana.types("decision import Late --abstained 2", str(votes))
    assert "17 ballots, 2 of them abstain" in said.out
    ana.does("decision close Late")
    form = ana.does("decision show Late")
    assert (form["ballots"], form["may_vote"], form["chosen"]) == (17, 40, ["late"])


def test_an_interest_is_declared_managed_and_a_voter_steps_back(ana: User) -> None:
    ana.does(SECRET)
    ana.does("--as Ben interest declare employer --decision Late --option late --words 'My firm'")
    ana.does("--as Cleo interest declare family --decision Late")
    ana.does("--as Cleo interest declare office --words 'Trustee of the other clinic'")
    ana.does("interest manage Ben Late noted --reason 'Spoke first'")
    said = ana.types("interest recuse Late --recorded-for Ben --witness Cleo --cosigner Cleo")
    assert (said.code, "signs-for-themselves" in said.err) == (4, True)
    ana.does("--as Ben interest recuse Late")
    said = ana.types("--as Ben decision vote Late late")
    assert (said.code, "stepped back" in said.err) == (4, True)
    ana.does("decision vote Late late")
    said = ana.types("decision close Late")
    assert "an interest that nobody handled: Cleo Park" in said.out
    assert "Nothing is recorded of its: reasons, evidence." in ana.types("decision show Late").out
    form = ana.does("decision show Late")
    assert (form["recused"], form["unhandled"]) == (["Ben Okri"], ["Cleo Park"])


def test_an_objection_stops_consent_until_it_is_taken_back_and_dissent_stays(ana: User) -> None:
    ana.does(f"{SECRET} --method consent")
    ana.does("decision vote Late late")
    said = ana.types("--as Ben decision object Late late")
    assert (said.code, "needs a reason" in said.err) == (4, True)
    ana.does("--as Ben decision object Late late --reason 'Nobody could lock up'")
    assert ana.does("decision show Late")["options"][0]["against"] == 1
    ana.does("--as Ben decision object Late late --withdraw")
    ana.does("decision close Late")
    ana.does("--as Ben decision dissent Late 'It was rushed'")
    assert ana.does("decision show Late")["chosen"] == ["late"]


def test_a_later_decision_that_revisits_it_ends_it(ana: User) -> None:
    for name, more in (("Late?", ""), ("Again?", "--revisits Late")):
        ana.does(
            f"decision open '{name}' --voter Ana --option yes=Yes --option nothing=Nothing {more}"
        )
        ana.does(f"decision vote '{name}' yes")
        ana.does(f"decision close '{name}'")
    ana.does("decision reverse Late --by Again --reasons 'Too few came'")
    assert ana.does("decision show Late")["reversed_by"] == "Again?"
    assert "Reversed by Again?" in ana.types("decision show Late").out


def test_an_executive_and_a_delegated_decision_stand_on_grants(ana: User) -> None:
    ana.does("decision open 'Paint?' --voter Ana --method executive --office coordinator "
             "--option blue=Blue --option red=Red")  # fmt: skip
    ana.does("decision vote Paint blue")
    ana.does("decision close Paint")
    ana.does("power delegate Ben decision --until 2026-12-31")
    ana.does("decision open 'Chairs?' --voter Ben --method delegated --delegated-by Ana "
             "--option new=New --option old=Old")  # fmt: skip
    ana.does("--as Ben decision vote Chairs new")
    ana.does("decision close Chairs")
    assert ana.does("decision show Chairs")["chosen"] == ["new"]


def test_the_charter_lists_what_is_major_and_is_amended_by_its_own_rule(ana: User) -> None:
    ana.does("charter amend --major priority --limit unanswered=60 --disclosure smallest=10")
    ana.does(f"{SECRET} --subject priority")
    assert ana.does("decision show Late")["major"]
    ana.does("decision vote Late late")
    said = ana.types("decision close Late")
    assert (said.code, "without reasons" in said.err) == (4, True)
    ana.does("decision close Late --reasons 'Most asked for it'")
    ana.does("charter amend --by-decision supermajority --threshold 2/3 --quorum 1")
    said = ana.types("charter show").out
    assert "by decision: supermajority (2/3 of cast)" in said
    assert "Major decisions: priority." in said
    said = ana.types("charter amend --major tea")
    assert (said.code, "is amended by decision" in said.err) == (4, True)
    ana.does(
        "decision open 'Tea?' --everywhere --voter Ana --subject charter --threshold 2/3 "
        "--method supermajority --option tea=Tea --option nothing=No"
    )
    ana.does("decision vote Tea tea")
    ana.does("decision close Tea")
    ana.does("charter amend --major tea --decision Tea")
    assert ana.does("charter show")["now"]["major"] == ["tea"]
    assert ana.types("charter amend --limit late=soon").code == 2
    assert ana.does("verify")["ok"]


def test_rules_that_nobody_wrote_yet_cannot_be_adopted(ana: User) -> None:
    assert ana.does("rules show") == {"rules": "1", "since": 0, "known": ["1"]}
    said = ana.types("rules adopt 2")
    assert (said.code, "unknown-rules" in said.err) == (4, True)
