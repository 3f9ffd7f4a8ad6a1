// What the operation on folders of evidence means: a second reader of manifests, which no phone has.
// It checks the spec's words, and the desk's own verifier, by a library's Ed25519.

import { fromHex, textOf } from "../../src/bytes.ts";
import { verify } from "../../src/envelope/primitives.ts";
import { ContractError } from "../../src/errors.ts";

interface Manifest {
  readonly format: string;
  readonly desk: { readonly key: string };
  readonly files: readonly { readonly path: string; readonly sha256: string }[];
}

const PATH = /^[A-Za-z0-9][\w.-]{0,79}(?:\/[A-Za-z0-9][\w.-]{0,79}){0,2}$/;

function parsed(text: string): Manifest {
  try {
    const found = JSON.parse(text) as Manifest;
    if (found.files.every((file) => /^[0-9a-f]{64}$/.test(file.sha256))) return found;
    throw new TypeError("a hash");
  } catch {
    throw new ContractError("bad-manifest");
  }
}

/** Believe a manifest that a key signed. */
export function believed(given: {
  manifest: string;
  signature: string;
  key: string;
}): Record<string, unknown> {
  const raw = fromHex(given.manifest);
  if (!verify(fromHex(given.key), raw, fromHex(given.signature))) {
    throw new ContractError("bad-signature");
  }
  const manifest = parsed(textOf(raw));
  if (manifest.format !== "tocsin-evidence-1" || manifest.desk.key !== given.key) {
    throw new ContractError("bad-manifest");
  }
  const paths = manifest.files.map((file) => file.path);
  if (new Set(paths).size !== paths.length || !paths.every((path) => PATH.test(path))) {
    throw new ContractError("bad-path");
  }
  return { files: paths.length };
}
