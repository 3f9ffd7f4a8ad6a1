/** What comes back to a reporter: acknowledgement tags and sealed replies (sync.md section 3, report.md section 4). */
import { type Bytes, uint } from "../bytes.ts";
import { ReplyError } from "../errors.ts";
import {
  ADDRESS_BYTES,
  AEAD_NONCE_BYTES,
  MAX_REPLY_JSON_BYTES,
  PERSON_ADDRESS,
  PERSON_TAG,
  REPLY_BYTES,
  TAG_BYTES,
} from "../generated/constants.ts";
import { inflate, unpad } from "./padding.ts";
import { aeadOpen, blake2bOf } from "./primitives.ts";

export function ackTag(ackKey: Uint8Array, status: number): Bytes {
  return blake2bOf(uint(status, 1), { bytes: TAG_BYTES, person: PERSON_TAG, key: ackKey });
}

export function mailboxAddress(mailboxKey: Uint8Array, week: number): Bytes {
  return blake2bOf(uint(week, 4), {
    bytes: ADDRESS_BYTES,
    person: PERSON_ADDRESS,
    key: mailboxKey,
  });
}

/** Open a reply to its canonical JSON, which is not parsed yet. */
export function openReply(replyKey: Uint8Array, address: Uint8Array, cipher: Uint8Array): Bytes {
  if (cipher.length !== REPLY_BYTES) throw new ReplyError("bad-reply");
  try {
    const nonce = cipher.subarray(0, AEAD_NONCE_BYTES);
    const padded = aeadOpen(replyKey, nonce, address, cipher.subarray(AEAD_NONCE_BYTES));
    return inflate(unpad(padded), MAX_REPLY_JSON_BYTES);
  } catch {
    throw new ReplyError("bad-reply");
  }
}
