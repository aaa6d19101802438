"""Checking a bundle offline: is what it says of one person unaltered, and in the record?

``check_bundle`` goes through the steps of format §7 with what one file holds, and imports neither
database nor domain, so that a person can check their own lines on a small computer:

1. parse the bundle, the envelopes, the statements
2. the checkpoint is signed by a log of the policy, and it is the log that the charter names
3. enough witnesses cosigned it
5. every entry lies under the root, by its inclusion proof
6. the envelope is the one in the leaf (its hash is computed, never read)
7. signatures, by keys that the enclosed charter and key entries enrolled and did not end
8. the ledger's origin, links of chains where both ends are enclosed, the operator's count
9. every disclosure matches a digest; what is not disclosed was erased, or is counted

Not shown, and said so in the report: that the list is complete, that no left-out entry revoked a
key, and the anchors of entries (their checkpoints are not enclosed).

    report = check_bundle(path.read_bytes(), Policy.parse(policy_text))

Source: format §6, §7.
"""

from __future__ import annotations

from ledger.admission import Admission, as_finding, verify_signatures
from ledger.bundle_form import Bundle, BundleEntry, is_person, parse_bundle, public_keys
from ledger.check_report import Findings, Report, counted
from ledger.checkpoint import Checkpoint, parse_checkpoint
from ledger.count import Count, digest_of, read_count, verify_count
from ledger.disclosure import parse as parse_disclosure
from ledger.encoding import b64encode
from ledger.envelope import PAYLOAD_TYPE, Envelope, leaf_entry, parse_envelope
from ledger.errors import LedgerError, Malformed, Untrusted, Unverified
from ledger.note import VerifierKey
from ledger.owned import Erasure, Tombstone, read_charter, read_erased
from ledger.policy import Policy, TrustedCheckpoint
from ledger.statement import Statement, parse_statement
from ledger.tree import leaf_hash, verify_inclusion
from ledger.types import KEYRING_TYPES, VALUES_ERASED, about
from ledger.values import match


def check_bundle(raw: bytes, policy: Policy | None = None) -> Report:
    """What holds of a bundle, by the policy given or, for want of one, the one enclosed.

    A check by an enclosed policy says so and ends 11. Raises ``Malformed`` when the file itself
    does not parse; everything after that is a finding.
    """
    return _Check(parse_bundle(raw), policy).run()


class _Check:
    """One bundle being checked; the fields fill up as the steps go."""

    def __init__(self, bundle: Bundle, policy: Policy | None) -> None:
        self.bundle = bundle
        self.policy = policy
        self.findings = Findings()
        self.admission = Admission(anchors=None)
        self.parsed: dict[int, tuple[Envelope, Statement]] = {}
        self.statements: dict[str, Statement] = {}
        self.about: list[int] = []
        self.tombstones: dict[str, Tombstone] = {}
        self.erased: dict[str, set[str]] = {}
        self.anchored = 0

    def run(self) -> Report:
        """All steps, in order."""
        trusted = self._checkpoint()
        checkpoint = trusted.checkpoint
        person = self._person()
        self._take_apart()
        for entry in self.bundle.entries:
            try:
                self._entry(entry, checkpoint, person)
            except LedgerError as error:
                self._wrong(error, entry.index, 8)
        self._charter(trusted)
        self._keys()
        self._count(checkpoint)
        self._values()
        self._limits()
        return Report(
            checkpoint.origin,
            checkpoint.size,
            checkpoint.root,
            self.findings.checked,
            self.findings.result(),
            self.bundle.checkpoint,
        )

    def _checkpoint(self) -> TrustedCheckpoint:
        """Steps 2 and 3; an enclosed or missing policy is said and leaves 11."""
        findings, policy = self.findings, self.policy
        if policy is None and self.bundle.policy is not None:
            policy = Policy.parse(self.bundle.policy)
            findings.unchecked(
                2,
                None,
                "enclosed policy",
                "checked by the policy enclosed in the bundle, which its sender chose; give a "
                "policy of your own",
            )
        if policy is None:
            policy = self._own_policy()
            findings.unchecked(
                2,
                None,
                "no policy",
                "no policy was given and none is enclosed: the checkpoint was checked against the "
                "log key in the enclosed charter, and no witness was asked",
            )
        trusted = self._opened(policy) or self._opened(self._own_policy()) or self._unsigned()
        findings.count(2, len(trusted.log_signatures))
        findings.count(3, len(trusted.cosignatures))
        try:
            trusted.require_quorum()
        except Untrusted as error:
            findings.unchecked(3, None, "no quorum", error.message)
        if trusted.checkpoint.origin != self.bundle.origin:
            findings.wrong(
                2,
                None,
                "another ledger",
                f"the bundle says {self.bundle.origin!r}, its checkpoint is of "
                f"{trusted.checkpoint.origin!r}",
            )
        return trusted

    def _opened(self, policy: Policy) -> TrustedCheckpoint | None:
        """The checkpoint by this policy; nothing when nobody it trusts signed, or falsely."""
        try:
            return policy.open(self.bundle.checkpoint)
        except Untrusted as error:
            self.findings.unchecked(2, None, "untrusted checkpoint", error.message)
        except Unverified as error:
            self.findings.wrong(2, None, "checkpoint signature", error.message)
        return None

    def _unsigned(self) -> TrustedCheckpoint:
        """The checkpoint that nobody vouches for: the rest is still held against it."""
        checkpoint = parse_checkpoint(self.bundle.checkpoint)
        return TrustedCheckpoint(checkpoint, self.bundle.checkpoint, (), (), False, None)

    def _own_policy(self) -> Policy:
        """A policy of nothing but the charter's log key; raises ``Malformed`` without a charter."""
        first = self.bundle.entries[0] if self.bundle.entries else None
        if first is None or first.index != 0 or first.envelope is None:
            raise Malformed("bundle: entry 0, the charter, is not enclosed", step=7)
        statement = parse_statement(parse_envelope(first.envelope).payload)
        return Policy.parse(f"log {read_charter(statement).log}\nquorum none\n")

    def _person(self) -> str:
        try:
            count = read_count(self.bundle.count)
        except Malformed as error:
            self._wrong(error, None, 8)
            return ""
        if not is_person(count.person):
            self.findings.wrong(8, None, "count", f"count: about {count.person!r}, not a person")
        return count.person

    def _take_apart(self) -> None:
        """Everything that parses, and what enclosed erasures explain, also of earlier entries."""
        for entry in self.bundle.entries:
            if entry.envelope is None:
                continue
            try:
                envelope = parse_envelope(entry.envelope)
                statement = parse_statement(envelope.payload)
                self.parsed[entry.index] = envelope, statement
                if statement.type == VALUES_ERASED:
                    self._erasure(read_erased(statement))
            except LedgerError:
                continue  # said when the entry itself is checked

    def _erasure(self, erasure: Erasure) -> None:
        for values in erasure.values:
            self.erased.setdefault(values.entry, set()).update(values.digests)
        for stone in erasure.tombstones:
            self.tombstones[stone.hash] = stone

    def _entry(self, entry: BundleEntry, checkpoint: Checkpoint, person: str) -> None:
        """Steps 1 and 5–8 for one entry."""
        envelope, statement = self.parsed.get(entry.index, (None, None))
        if envelope is None and entry.envelope is not None:
            envelope = parse_envelope(entry.envelope)
        name = envelope.hash if envelope is not None else entry.hash or ""
        leaf = leaf_hash(leaf_entry(name))
        try:
            verify_inclusion(entry.index, checkpoint.size, leaf, entry.proof, checkpoint.root)
        except LedgerError as error:
            self._wrong(error, entry.index, 5)
        else:
            self.findings.count(5)
        if envelope is None:
            self._withdrawn(entry.index, name, person)
            return
        self.findings.count(6)
        if envelope.payload_type != PAYLOAD_TYPE:
            raise Malformed(f"payload type {envelope.payload_type!r} is no statement", step=1)
        if statement is None:
            statement = parse_statement(envelope.payload)
        self.findings.count(1)
        self.statements[name] = statement
        if person in about(statement):
            self.about.append(entry.index)
        elif statement.type not in KEYRING_TYPES:
            self.findings.noted(
                8, entry.index, "not about", f"entry {entry.index} is not about {person}"
            )
        self._signed(entry.index, envelope, statement, name)

    def _signed(self, index: int, envelope: Envelope, statement: Statement, name: str) -> None:
        """Steps 7 and 8: signatures, keys, origin, links."""
        try:
            verify_signatures(envelope, statement, self.admission.keyring)
        except LedgerError as error:
            self._wrong(error, index, 7)
        else:
            self.findings.count(7, len(envelope.signatures))
        if statement.anchor_size:
            self.anchored += 1
        for finding in self.admission.examine(index, statement, name):
            self.findings.add(finding.code, finding.step, index, "statement", finding.message)
        self.findings.count(8)

    def _withdrawn(self, index: int, name: str, person: str) -> None:
        stone = self.tombstones.get(name)
        if stone is None:
            self.findings.unchecked(
                6,
                index,
                "envelope not enclosed",
                f"entry {index}: its envelope is not enclosed, and no enclosed erasure withdrew it",
            )
            return
        if person == stone.author or person in stone.ids:
            self.about.append(index)
        keyring = self.admission.keyring
        if stone.type not in keyring.withdrawable:
            self.findings.wrong(
                9,
                index,
                "not withdrawable",
                f"entry {index}: its envelope was withdrawn, but the charter does not list "
                f"{stone.type} as withdrawable",
            )
        signer = keyring.get(stone.key)
        if signer is not None and signer.holder != stone.author:
            self.findings.wrong(
                8,
                index,
                "tombstone",
                f"entry {index}: its tombstone names key {stone.key} of {stone.author}, but it "
                f"belongs to {signer.holder}",
            )
        self.findings.noted(
            9, index, "withdrawn", f"entry {index}: its envelope was withdrawn by an erasure"
        )
        for finding in self.admission.examine_withdrawn(
            index, stone.key, stone.seq, stone.payload_hash
        ):
            self.findings.add(finding.code, finding.step, index, "tombstone", finding.message)

    def _charter(self, trusted: TrustedCheckpoint) -> None:
        """Step 2 again: the log that signed is the one the charter names."""
        charter = self.admission.keyring.charter
        if charter is None:
            self.findings.wrong(7, 0, "charter", "no charter is enclosed that holds: nobody's key "
                                "can be trusted")  # fmt: skip
            return
        if charter.origin != trusted.checkpoint.origin:
            self.findings.wrong(
                8,
                0,
                "another origin",
                f"the checkpoint is of {trusted.checkpoint.origin}, the charter founds "
                f"{charter.origin}",
            )
        try:
            log = VerifierKey.parse(charter.log)
        except LedgerError as error:
            self._wrong(error, 0, 7)
            return
        signed = [key.public for key in trusted.log_signatures]
        if signed and log.public not in signed:
            self.findings.wrong(
                2,
                0,
                "another log key",
                f"the charter names the log key {charter.log}; another key signed the checkpoint",
            )

    def _keys(self) -> None:
        """Step 8: the keys listed are those that the enclosed entries enrolled."""
        computed = public_keys(self.admission.keyring.keys())
        if computed != dict(self.bundle.keys):
            odd = sorted(set(computed.items()) ^ set(self.bundle.keys.items()))[0][0]
            self.findings.wrong(
                8,
                None,
                "keys",
                f"`keys` is not what the enclosed entries give: they differ in key {odd}",
            )

    def _count(self, checkpoint: Checkpoint) -> None:
        """Step 8: the operator signed how many entries there are, and they are all enclosed."""
        keyring = self.admission.keyring
        operator = keyring.get(keyring.operator_key)
        try:
            keys = {} if operator is None else {operator.key_id: operator.public}
            count = verify_count(self.bundle.count, keyring.operator_key, keys)
        except LedgerError as error:
            self._wrong(error, None, 8)
            return
        self.findings.count(8)
        self.findings.noted(8, None, "about", f"this is what the ledger says about {count.person}")
        found = Count(
            self.bundle.origin,
            checkpoint.size,
            checkpoint.root,
            count.person,
            len(self.about),
            digest_of(sorted(self.about)),
        )
        if found._replace(root=count.root) == count and found.root != count.root:
            self.findings.wrong(
                8,
                None,
                "count",
                f"the operator signed the count for the root {b64encode(count.root)} at size "
                f"{count.size}; the checkpoint's is {b64encode(found.root)}: two histories",
            )
        elif found != count:
            self.findings.wrong(
                8,
                None,
                "count",
                f"the operator signed that {counted(count.number, 'entry', 'entries')} of "
                f"{count.origin} below {count.size} are about {count.person}; enclosed are "
                f"{found.number} of {found.origin} below {found.size}"
                + (", and not the same ones" if count.number == found.number else ""),
            )

    def _values(self) -> None:
        """Step 9: what is disclosed was committed to; the rest was erased or is counted."""
        shown: dict[str, list[str]] = {}
        for name, text in self.bundle.disclosures:
            shown.setdefault(name, []).append(text)
        for name in sorted(set(shown) - set(self.statements)):
            self.findings.wrong(
                9, None, "stray value", f"a value is disclosed of {name}, which is not enclosed"
            )
        absent = 0
        for name, statement in self.statements.items():
            try:
                found = match(statement, [parse_disclosure(text) for text in shown.get(name, ())])
            except LedgerError as error:
                self._wrong(error, None, 9)
                continue
            self.findings.count(9, len(found))
            gone = self.erased.get(name, set())
            absent += sum(1 for digest in statement.sd if digest not in found.keys() | gone)
        if absent:
            self.findings.noted(
                9,
                None,
                "values not enclosed",
                f"{counted(absent, 'value is', 'values are')} not enclosed in this bundle",
            )

    def _limits(self) -> None:
        """What a bundle cannot show, said once."""
        for text in (
            "a bundle does not show that no key was revoked in an entry left out",
            "the count does not show that the list is complete; it makes an omission provable",
        ):
            self.findings.noted(7, None, text, text)
        self.findings.noted(
            10,
            None,
            "rules",
            "whether each act was allowed by the rules (step 10) was not checked: that takes the "
            "whole record",
        )
        if self.anchored:
            self.findings.noted(
                8,
                None,
                "anchors",
                f"{counted(self.anchored, 'anchor was', 'anchors were')} not compared: no "
                "checkpoint of that size is enclosed",
            )

    def _wrong(self, error: LedgerError, index: int | None, step: int) -> None:
        found = as_finding(error, index, step)
        self.findings.add(found.code, found.step, index, type(error).__name__, found.message)
