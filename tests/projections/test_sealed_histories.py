"""Random histories, signed and sealed into a ledger: an audit finds what was forbidden, no more.

The acts are those of ``tests/domain/histories.py``, which the rules and a slow reference have
judged alike. Here everybody who is enrolled has a key, and every act is signed.

    honest   what was allowed is recorded; the audit of ``tally verify`` has nothing to say
    forged   what was refused is written past the rules as well, in its place; the audit names
             exactly those entries, each with the rule that refused it
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar

import pytest
from forged import Told
from histories import PEOPLE, Histories
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test as play
from plain_rules import Said
from story import Story, person

from domain.act import Act
from domain.refusal import Refused
from ledger.errors import DOES_NOT_MATCH, Finding, Unverified
from projections.conduct import Conduct

#: Nothing here is about what survives a power cut, so memory will do for a disk where there is one.
QUICK = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 (made by TemporaryDirectory)
NAMES = {person(name): name for name in PEOPLE}


class Honest(Histories):
    """What is allowed is signed and recorded; what is refused is not."""

    story: Told
    #: How many entries were audited, and by which rules forbidden ones were found.
    audited: ClassVar[Counter[str]] = Counter()

    def begun(self) -> Story:
        self._folder = TemporaryDirectory(dir=QUICK)
        return Told(Path(self._folder.name))

    def accepted(self, act: Act[Any], said: Said) -> None:
        super().accepted(act, said)
        name = NAMES.get(said.body.get("person", ""))
        if said.type == "person-enrolled" and not self.plain.has_key(said.body["person"]):
            assert name is not None
            self.story.key_for(name)
            given = {"person": person(name)}
            key = Said(person("op"), "key-enrolled", given, "", False, said.today, "")
            self.plain.past.append(key)

    def teardown(self) -> None:
        try:
            self.judged()
        finally:
            self.story.ledger.close()
            self._folder.cleanup()

    def judged(self) -> None:
        """The audit is clean, and every act that was allowed is there."""
        report = self.story.audit()
        assert report.findings == []
        assert report.ok
        assert report.size == len(self.story.acts)
        self.audited["entries"] += report.size


class Forged(Honest):
    """What is refused is written all the same, by somebody who leaves the rules aside."""

    audited: ClassVar[Counter[str]] = Counter()

    def begun(self) -> Story:
        self.forbidden: dict[int, str] = {}
        return super().begun()

    def refused(self, act: Act[Any], refusal: Refused) -> None:
        try:
            self.story.record(act)
        except Unverified:  # whoever is not enrolled has no key to sign with
            assert not self.plain.has_key(act.author)
        else:
            self.forbidden[act.index] = refusal.rule

    def judged(self) -> None:
        """The audit names the forbidden entries and their rules, and nothing else."""
        heard = Heard()
        report = self.story.audit(heard)
        assert [finding.entry for finding in heard.found] == list(self.forbidden)
        for finding, rule in zip(heard.found, self.forbidden.values(), strict=True):
            assert f"the rule {rule}:" in finding.message
        assert report.size == len(self.story.acts) + len(self.forbidden)
        assert report.exit_code == (DOES_NOT_MATCH if self.forbidden else 0)
        assert all(finding.step == 10 for finding in report.findings)
        self.audited["entries"] += report.size
        self.audited.update(self.forbidden.values())


class Heard(Conduct):
    """Conduct that keeps all it finds; a report tells a few of one kind and counts the rest."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Finding] = []

    def entry(self, *entry: Any) -> list[Finding]:
        said = super().entry(*entry)
        self.found += said
        return said


@pytest.mark.parametrize("kind", [Honest, Forged])
def test_an_audit_finds_what_the_rules_refused_and_no_more(kind: type[Honest]) -> None:
    """The same histories each time, as in ``test_model.py``."""
    kind.audited.clear()
    how = settings(
        max_examples=20, stateful_step_count=40, deadline=None, derandomize=True, database=None
    )
    play(kind, settings=how)
    assert kind.audited["entries"] > 200
    assert kind is Honest or len(kind.audited) > 20, "few rules were broken: it says too little"


@pytest.mark.long
@pytest.mark.parametrize("kind", [Honest, Forged])
def test_an_audit_of_many_long_histories_finds_that_and_no_more(kind: type[Honest]) -> None:
    kind.audited.clear()
    play(kind, settings=settings(max_examples=300, stateful_step_count=100, deadline=None))
    assert kind.audited["entries"] > 5000
