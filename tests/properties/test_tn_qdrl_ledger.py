"""The ledger of tn_qdrl: exact properties of its bytes and its audit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from qbench.papers.tn_qdrl.audit import audit
from qbench.papers.tn_qdrl.blocks import Limits, decode_entry, encode_entry
from qbench.papers.tn_qdrl.consensus import Rules
from qbench.papers.tn_qdrl.ledger import Ledger
from qbench.papers.tn_qdrl.merkle import merkle_root
from qbench.papers.tn_qdrl.transactions import KeyRecord, OffloadRecord, decode_transaction, encode_transaction
from tests.properties.hqcnn_networks import exact
from tests.unit.tn_qdrl.chains import closed, flipped

SIGNED = st.fractions(-30, 30, max_denominator=9)
EXACT_STAKES = st.lists(st.fractions(200, 2200, max_denominator=12), min_size=2, max_size=6)
FLOAT_STAKES = st.lists(st.floats(300, 2200), min_size=2, max_size=4)
COUNTS = st.integers(0, 2**64 - 1)
REAL = st.floats(allow_nan=False, allow_infinity=False)
chains = settings(deadline=None, max_examples=20)

TRANSACTIONS = st.one_of(
    st.builds(KeyRecord, COUNTS, COUNTS, COUNTS, REAL, REAL),
    st.builds(OffloadRecord, COUNTS, COUNTS, COUNTS.filter(bool), REAL, REAL, REAL),
)


@exact
@given(TRANSACTIONS, TRANSACTIONS)
def test_transactions_have_one_encoding_and_share_none(one, other):
    assert decode_transaction(encode_transaction(one)) == one
    assert (encode_transaction(one) == encode_transaction(other)) == (one == other)


@exact
@given(st.lists(st.binary(max_size=3), max_size=9), st.lists(st.binary(max_size=3), max_size=9))
def test_a_merkle_root_is_that_of_one_list(one, other):
    assert (merkle_root(one) == merkle_root(other)) == (one == other)


@st.composite
def ledgers(draw, least=2):
    """Chains of two to five rounds: transactions of any values, approvals and opinions of all kinds."""
    qk = draw(st.one_of(EXACT_STAKES, FLOAT_STAKES))
    rules = Rules(
        votes=draw(st.sampled_from(["one", "random"])),
        exclude_producer=draw(st.booleans()),
        alpha3=draw(SIGNED),
        debts=True,
        threshold=draw(st.sampled_from([Fraction(1, 3), Fraction(2, 3)])),
    )
    ledger, n = Ledger(qk, rules, Limits()), len(qk)
    nodes = lambda values: st.lists(values, min_size=n, max_size=n)  # noqa: E731 - one line says it
    for slot in range(draw(st.integers(least, 5))):
        held = [replace(t, slot=slot) for t in draw(st.lists(TRANSACTIONS, max_size=3))]
        ledger.append(
            held,
            slot=slot,
            votes=draw(nodes(st.integers(1, 5))) if rules.votes == "random" else None,
            approves=draw(nodes(st.booleans())),
            opinions=draw(nodes(st.booleans())),
        )
    return ledger


@chains
@given(ledgers())
def test_every_chain_passes_its_audit_and_is_read_back(ledger):
    assert ledger.audit(ledger.head) is None
    for data in ledger.entries[1:]:
        assert encode_entry(decode_entry(data)) == data


@chains
@given(ledgers(), st.data())
def test_any_change_of_a_byte_is_found(ledger, data):
    entries = ledger.entries
    number = data.draw(st.integers(0, len(entries) - 1))
    raw, mask = entries[number], data.draw(st.integers(1, 255))
    at = data.draw(st.integers(0, len(raw) - 1))
    found = audit((*entries[:number], flipped(raw, at, mask), *entries[number + 1 :]))
    assert found is not None
    assert found.entry == number


@chains
@given(ledgers(), st.data())
def test_any_change_behind_a_new_digest_is_found(ledger, data):
    """In the entry itself, in the link of the next, or, of the last entry, against the head."""
    entries = ledger.entries
    number = data.draw(st.integers(0, len(entries) - 1))
    body, mask = entries[number][:-32], data.draw(st.integers(1, 255))
    forged = closed(flipped(body, data.draw(st.integers(0, len(body) - 1)), mask))
    found = audit((*entries[:number], forged, *entries[number + 1 :]), ledger.head)
    assert found is not None
    assert found.entry in {number, number + 1}
