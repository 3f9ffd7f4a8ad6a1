/** Whether a directory may replace the one held (docs/spec/directory.md section 3). Pure. */
import { type Bytes, sameBytes } from "../bytes.ts";
import type { Directory } from "../domain/directory.ts";
import { unpackDirectory, verifyDirectory } from "../envelope/signing.ts";
import { DirectoryError } from "../errors.ts";
import { decodeDirectory } from "../wire/directory.ts";

/** Verify a signed directory under the pinned root, and give what it says. */
export function openDirectory(signed: Bytes, pinnedRoot: Uint8Array): Directory {
  const { sig, json } = unpackDirectory(signed);
  const directory = decodeDirectory(json);
  const { deskId, rootChain } = directory;
  verifyDirectory({ sig, json, deskId, rootChain }, pinnedRoot);
  return directory;
}

/**
 * Decide on a directory that arrived.
 *
 * Returns the new directory, or null when it is the one held already. Throws a DirectoryError:
 * `bad-directory`, `bad-signature`, `rollback` when it is older, `fork` when it has the same
 * version and other content.
 */
export function acceptDirectory(
  arrived: Bytes,
  pinnedRoot: Uint8Array,
  held: Bytes | null,
): Directory | null {
  const directory = openDirectory(arrived, pinnedRoot);
  if (held === null) return directory;
  const current = openDirectory(held, pinnedRoot);
  if (directory.version > current.version) return directory;
  if (directory.version < current.version) throw new DirectoryError("rollback");
  if (!sameBytes(unpackDirectory(arrived).json, unpackDirectory(held).json)) {
    throw new DirectoryError("fork");
  }
  return null;
}
