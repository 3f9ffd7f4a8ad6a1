/**
 * One-time tokens: a sender whom the desk knows need not show work.
 *
 * Both ends hold the reply key of an accepted report, so both can compute the same tokens, and
 * nothing travels. The relay's key is part of each, so that two relays cannot put their lists side
 * by side.
 *
 * Spec: docs/spec/sync.md section 8
 */
import { type Bytes, concat, uint } from "../bytes.ts";
import { PERSON_TOKEN, TOKEN_BYTES, TOKENS_PER_REPORT } from "../generated/constants.ts";
import { blake2bOf } from "./primitives.ts";

/** A report's token number `index` for one relay, from 0. */
export function tokenOf(replyKey: Uint8Array, relayKey: Uint8Array, index: number): Bytes {
  return blake2bOf(concat(relayKey, uint(index, 2)), {
    bytes: TOKEN_BYTES,
    person: PERSON_TOKEN,
    key: replyKey,
  });
}

/** All of a report's tokens for one relay. */
export function tokensOf(replyKey: Uint8Array, relayKey: Uint8Array): Bytes[] {
  return Array.from({ length: TOKENS_PER_REPORT }, (_, at) => tokenOf(replyKey, relayKey, at));
}
