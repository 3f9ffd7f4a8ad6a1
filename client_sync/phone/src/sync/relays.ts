/** The relays of a desk and what the phone learned of each. Pure. */
import { fromBase64url, hex, readUint } from "../bytes.ts";
import type { BridgeLine, Directory } from "../domain/directory.ts";
import type { Entropy } from "../envelope/entropy.ts";
import type { RelayMemory, VaultContent } from "../vault.ts";
import { type Invite, parseInvite } from "../wire/invite.ts";
import { openDirectory } from "./trust.ts";

export interface Desk {
  readonly invite: Invite;
  readonly directory: Directory | null;
  /** Relay key, hex -> where it is; the invite's first, then those of the directory. */
  readonly relays: ReadonlyMap<string, BridgeLine>;
}

const opened = new WeakMap<object, Desk>();

/** Open what the vault holds of the desk; null when this phone has not joined one. */
export function deskOf(content: VaultContent): Desk | null {
  if (content.desk === null) return null;
  const known = opened.get(content.desk);
  if (known) return known;
  const invite = parseInvite(content.desk.invite);
  const { directory: signed } = content.desk;
  const directory = signed === null ? null : openDirectory(fromBase64url(signed), invite.rootKey);
  const lines: readonly BridgeLine[] = [invite, ...(directory?.relays ?? [])];
  const relays = new Map<string, BridgeLine>();
  for (const line of lines) {
    const key = hex(line.relayKey);
    if (!relays.has(key)) relays.set(key, line);
  }
  const desk = { invite, directory, relays };
  opened.set(content.desk, desk);
  return desk;
}

export function newRelayMemory(entropy: Entropy): RelayMemory {
  return {
    idlePrefix: readUint(entropy(2), 0, 2),
    cursors: {},
    lastExchangeSeconds: null,
    workBits: 0,
    links: {},
  };
}

/** Give every relay of the desk a memory, and let go of those that it does not name any more. */
export function withMemories(content: VaultContent, entropy: Entropy): VaultContent {
  const keys = [...(deskOf(content)?.relays.keys() ?? [])];
  const known = content.relays;
  if (keys.length === Object.keys(known).length && keys.every((key) => known[key])) return content;
  const relays = Object.fromEntries(
    keys.map((key) => [key, known[key] ?? newRelayMemory(entropy)]),
  );
  return { ...content, relays };
}
