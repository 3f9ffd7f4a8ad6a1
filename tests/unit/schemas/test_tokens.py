"""Tokens: computed alike on both sides, different at each relay."""

from schemas.constants import TOKEN_BYTES, TOKENS_PER_REPORT
from schemas.domain.ids import EnvelopeId, RelayKey
from schemas.domain.sync import Token
from schemas.envelope.tokens import token_hash, tokens_of
from schemas.wire.exchange import decode_token, encode_token

REPLY_KEY = bytes(range(32))


def test_a_report_has_eight_tokens_at_a_relay_and_others_at_the_next() -> None:
    here = tokens_of(REPLY_KEY, RelayKey(bytes(32)))
    there = tokens_of(REPLY_KEY, RelayKey(bytes([1]) * 32))
    assert len(set(here)) == TOKENS_PER_REPORT
    assert {len(token) for token in here} == {TOKEN_BYTES}
    assert not set(here) & set(there)
    assert not set(here) & {token_hash(token) for token in here}


def test_a_token_frame_reads_back() -> None:
    token = Token(EnvelopeId(bytes(32)), bytes(range(16)))
    assert decode_token(encode_token(token)) == token
    assert bytes(range(16)).hex() not in repr(token)
