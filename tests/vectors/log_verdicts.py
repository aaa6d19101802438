"""The verdict we expect for every vector of the log layer, one by one.

``accepted``, or the kind of error that refuses it: ``Malformed`` (it cannot be of any tree or
note), ``Unverified`` (it does not match), ``Untrusted`` (nobody known signed it). The vectors
only say accept or refuse (``wantErr``, ``_fail``); which kind is ours to keep stable.
"""

_CONSISTENCY_UNVERIFIED = (
    "empty-proof modified-proof@0-bit-@4 modified-proof@1-bit-@4 preceding-proof-@0"
    " preceding-root1 preceding-root2 size1-XOR-@2 size1-plus-@1 size1-sub-@1 size2-mul-@2"
    " swapped-roots trailing-root1 trailing-root2 truncated-proof"
)
_CONSISTENCY_MALFORMED = "preceding-garbage trailing-garbage wrong-root1 wrong-root2"
_INCLUSION_UNVERIFIED = (
    "empty-root inserted-component leafIdx-XOR-@2 leafIdx-plus-@1 modified-proof[0]-bit-@3"
    " modified-proof[1]-bit-@3 modified-proof[2]-bit-@3 preceding-root random-root"
    " removed-component trailing-root treeSize-mul-@2"
)
_INCLUSION_MALFORMED = "preceding-garbage trailing-garbage wrong-leaf"

#: folder → verdict → file names without ``.json``
MERKLE: dict[str, dict[str, str]] = {
    "consistency/0": {"accepted": "happy-path"},
    "consistency/1": {
        "accepted": "happy-path",
        "Unverified": f"{_CONSISTENCY_UNVERIFIED} modified-proof@2-bit-@4 size2-div-@2",
        "Malformed": _CONSISTENCY_MALFORMED,
    },
    "consistency/2": {
        "accepted": "happy-path",
        "Unverified": f"{_CONSISTENCY_UNVERIFIED} modified-proof@2-bit-@4",
        "Malformed": f"{_CONSISTENCY_MALFORMED} size2-div-@2",
    },
    "consistency/3": {
        "accepted": "happy-path",
        "Unverified": f"{_CONSISTENCY_UNVERIFIED} size2-div-@2",
        "Malformed": _CONSISTENCY_MALFORMED,
    },
    "inclusion/0": {
        "accepted": "happy-path",
        "Unverified": "empty-root preceding-root random-root trailing-root treeSize-mul-@2",
        "Malformed": f"{_INCLUSION_MALFORMED} leafIdx-XOR-@2 leafIdx-plus-@1 leafIdx-sub-@1"
        " treeSize-div-@2",
    },
    "inclusion/1": {
        "accepted": "happy-path",
        "Unverified": f"{_INCLUSION_UNVERIFIED} treeSize-div-@2",
        "Malformed": f"{_INCLUSION_MALFORMED} leafIdx-sub-@1",
    },
    "inclusion/2": {
        "accepted": "happy-path",
        "Unverified": f"{_INCLUSION_UNVERIFIED} leafIdx-sub-@1",
        "Malformed": f"{_INCLUSION_MALFORMED} treeSize-div-@2",
    },
    "inclusion/single-entry": {
        "accepted": "matching-root-and-leaf",
        "Malformed": "empty-leaf empty-root empty-root-and-leaf",
    },
}

#: Every file of the other log: a policy, a checkpoint and two tiles for each size.
TESSERA_SIZES = range(16)

#: Sigstore bundles: (the signed checkpoint, the inclusion proof under its root, the DSSE).
#: ``None`` = the bundle has none; ``ECDSA`` = out of scope for the reason given below.
ECDSA = "ECDSA"
SIGSTORE: dict[str, tuple[str, str | None, str | None]] = {
    "checkpoint-wrong-roothash_fail": (ECDSA, "Unverified", None),
    "inclusion-proof-corrupted-hash_fail": (ECDSA, "Unverified", None),
    "rekor2-checkpoint-cosigned": ("accepted", "accepted", None),
    "rekor2-checkpoint-missing-log-signature_fail": ("Malformed", None, None),
    "rekor2-checkpoint-missing-size_fail": ("Malformed", None, None),
    "rekor2-checkpoint-multiple-cosigs": ("accepted", "accepted", None),
    "rekor2-checkpoint-no-matching-signature_fail": ("Untrusted", "accepted", None),
    "rekor2-checkpoint-two-sigs-from-origin": ("accepted", "accepted", None),
    "rekor2-dsse-happy-path": ("accepted", "accepted", "accepted"),
    "rekor2-dsse-invalid-sig_fail": ("accepted", "accepted", "Unverified"),
    "rekor2-happy-path": ("accepted", "accepted", None),
}

#: Files beside the bundles, and what of the bundles is not ours to judge, with the reason.
SIGSTORE_OUT_OF_SCOPE = {
    "a.txt": "the artifact that was signed: binding a bundle to a file is Sigstore's own layer",
    "README": "words about the bundle; quoted in the table above",
    "trusted_root.json": "read for the log key; its certificate authorities are Sigstore's layer",
    "ECDSA checkpoint signatures": "rekor.sigstore.dev (v1) signs notes with ECDSA P-256, which"
    " C2SP signed-note leaves to other implementations; the bundle carries no key for it either."
    " Parsing the note and the Merkle proof under its root stay in scope",
    "second signature of rekor2-checkpoint-two-sigs-from-origin": "ECDSA by a key nobody lists:"
    " passed over, as the specification asks, and the Ed25519 one accepted",
    "witness cosignatures": "the bundles do not carry the witnesses' keys: passed over as unknown",
    "certificates, timestamps, artifact signatures": "Sigstore's layer; the DSSE envelopes are"
    " ECDSA too, so the signature over our PAE is checked with the certificate's key directly",
}
