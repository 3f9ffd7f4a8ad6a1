/** Numbers and keys derived from a desk's root key and from the key of one blob. */
import { type Bytes, concat, utf8 } from "../bytes.ts";
import {
  DESK_ID_BYTES,
  ID_BYTES,
  KEY_BYTES,
  PERSON_ACK,
  PERSON_BLOB,
  PERSON_DESK,
  PERSON_MAILBOX,
  PERSON_REPLY,
} from "../generated/constants.ts";
import { blake2bOf, verify } from "./primitives.ts";

const NOTHING = new Uint8Array(0);

/** What sender and desk share about one report without another byte on the wire (envelope.md section 2). */
export interface DerivedKeys {
  readonly ack: Bytes;
  readonly mailbox: Bytes;
  readonly reply: Bytes;
}

export function deriveKeys(cek: Uint8Array): DerivedKeys {
  const derived = (person: string) => blake2bOf(NOTHING, { bytes: KEY_BYTES, person, key: cek });
  return {
    ack: derived(PERSON_ACK),
    mailbox: derived(PERSON_MAILBOX),
    reply: derived(PERSON_REPLY),
  };
}

/** Id of a desk, from its founding root key; it survives root rotation. */
export function deskIdOf(foundingRoot: Uint8Array): Bytes {
  return blake2bOf(foundingRoot, { bytes: DESK_ID_BYTES, person: PERSON_DESK });
}

/** Id of any blob: computed by everyone, never sent beside it. */
export function envelopeIdOf(blob: Uint8Array): Bytes {
  return blake2bOf(blob, { bytes: ID_BYTES, person: PERSON_BLOB });
}

/** Verify a signature over a context label and the parts after it. */
export function verifyIn(
  context: string,
  publicKey: Uint8Array,
  signature: Uint8Array,
  ...parts: readonly Uint8Array[]
): boolean {
  return verify(publicKey, concat(utf8(context), ...parts), signature);
}
