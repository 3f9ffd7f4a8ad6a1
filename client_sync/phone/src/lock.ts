/**
 * Opening, protecting and erasing: what happens at the app's lock.
 *
 * Theory of operation. `lock_states.ts` says what may follow what; here it is done. A passphrase
 * header has two slots, always filled: one wraps the vault's key, the other the key of the notes that
 * an innocent app opens, or nothing, and which is which is drawn by chance. One derivation is tried on
 * both, so that neither time nor bytes tell them apart. A try is counted on disk before it is made:
 * whoever takes the battery out does not get it back. Erasing overwrites the header first: from then
 * on nobody opens anything, however slow the rest is.
 */
import type { Bytes } from "./bytes.ts";
import type { Timer } from "./clock.ts";
import type { Argon2Cost } from "./envelope/primitives.ts";
import { VaultError } from "./errors.ts";
import { type Note, packNotes, unpackNotes } from "./notes.ts";
import { DEFAULT_GUARD, type Settings } from "./outbox/store.ts";
import type { Made, Session } from "./session.ts";
import { EMPTY_HEAD } from "./vault.ts";
import { type DeriveKey, deviceHeader, openVault, sealVault } from "./vault_key.ts";
import { openHeader, PASSPHRASE_COST, passphraseHeader, withOther } from "./vault_passphrase.ts";
import { fillerNotes, NOTES_NAME, sealedHead } from "./vault_store.ts";
import { emptyStrips, resealedStrips } from "./vault_strips.ts";

/** The design's cost, for phones that are quick: 64 MiB and three passes. */
export const STRONG_COST: Argon2Cost = { memoryKib: 65_536, passes: 3 };
/** Work of the strong cost in units of the usual one. */
const STRONG_FACTOR = (65_536 * 3) / (19_456 * 2);
/** Nobody waits longer at a lock that is opened many times a day. */
const PATIENCE_MS = 2000;

/** The dearest cost that this phone bears, from how long the usual one took. */
export function costFor(usualMs: number): Argon2Cost {
  return usualMs * STRONG_FACTOR <= PATIENCE_MS ? STRONG_COST : PASSPHRASE_COST;
}

async function measuredCost(derive: DeriveKey, timer: Timer): Promise<Argon2Cost> {
  const before = timer.elapsedMs();
  await derive("measure", new Uint8Array(16), PASSPHRASE_COST);
  return costFor(timer.elapsedMs() - before);
}

/** Try a passphrase: opens the vault or the notes, or refuses; the last failure erases. */
export async function unlock(session: Session, passphrase: string): Promise<void> {
  const { store, header, derive } = session.inside();
  if (header.kind !== "passphrase") return;
  const tries = (await store.tries()) + 1;
  await store.keepTries(tries);
  try {
    const opened = await openHeader(header, passphrase, derive);
    await store.keepTries(0);
    if (opened.role === "vault") await session.enter(opened);
    else session.enterNotes(opened.key);
  } catch (error) {
    const isWrong = error instanceof VaultError && error.slug === "wrong-passphrase";
    const { wipeAfter } = session.settings();
    if (isWrong && wipeAfter > 0 && tries >= wipeAfter) await erase(session, "spent");
    else throw error;
  }
}

/** Seal the whole store under a new passphrase, or bind it to this device again. */
export async function rekey(
  session: Session,
  passphrase: string | null,
  timer: Timer,
): Promise<void> {
  const made = await newHeader(session, passphrase, timer);
  await session.exclusive(async () => {
    const { store, strips, places, entropy, key } = session.inside();
    if (key === null) throw new VaultError("locked");
    const keys = { from: key, to: made.key };
    const resealed = await resealedStrips(store, keys, strips, places, entropy);
    const head = await sealedHead(made.key, { ...session.held(), places }, entropy);
    await session.write({ header: made.header, head, strips: resealed });
    session.protected(made, passphrase === null ? "unprotect" : "protect");
  });
  session.announce();
}

async function newHeader(session: Session, passphrase: string | null, timer: Timer): Promise<Made> {
  const { header, derive, entropy } = session.inside();
  if (passphrase === null) return deviceHeader(entropy);
  if (header.kind === "device") {
    const cost = await measuredCost(derive, timer);
    return passphraseHeader(passphrase, derive, entropy, { cost });
  }
  // The decoy's slot stays what it is, and with it salt and cost.
  const kept = { header, at: session.vaultSlot() };
  return passphraseHeader(passphrase, derive, entropy, { kept });
}

/** Set or change the passphrase that opens the notes; null takes it away. */
export async function setOther(session: Session, passphrase: string | null): Promise<void> {
  const { header, derive, entropy, key } = session.inside();
  if (header.kind !== "passphrase" || key === null) throw new VaultError("locked");
  const changed = await withOther(header, session.vaultSlot(), passphrase, derive, entropy);
  await session.exclusive(async () => {
    const { store } = session.inside();
    const { places } = session.inside();
    const head = await sealedHead(key, { ...session.held(), places }, entropy);
    await session.write({ header: changed, head, strips: new Map() });
    // Notes under an earlier key are noise now; they begin anew.
    await store.keepNotes(fillerNotes(entropy));
    session.protected({ header: changed, key }, "protect");
  });
}

/** Erase everything and leave a notes app, the key first. */
export async function erase(session: Session, happening: "panic" | "spent"): Promise<void> {
  const { entropy, strips } = session.inside();
  const made = await deviceHeader(entropy);
  const { language, look, disguise } = session.settings();
  const settings: Settings = { language, look, disguise, ...DEFAULT_GUARD, face: "notes" };
  const head = await sealedHead(made.key, EMPTY_HEAD, entropy);
  const filler = fillerNotes(entropy);
  await session.overwrite({ header: made.header, head, settings, notes: filler });
  session.erased(made, settings, happening);
  await session.overwrite({ strips: emptyStrips(strips, entropy) });
}

/** The notes of the innocent app; `first` is what it begins with. */
export async function readNotes(
  session: Session,
  first: readonly Note[],
): Promise<readonly Note[]> {
  const { store, notesKey } = session.inside();
  if (notesKey === null) throw new VaultError("locked");
  const sealed = (await store.notes()) ?? new Uint8Array(0);
  let padded: Bytes;
  try {
    padded = await openVault(notesKey, NOTES_NAME, sealed);
  } catch {
    return first;
  }
  return unpackNotes(padded);
}

export async function keepNotes(session: Session, notes: readonly Note[]): Promise<void> {
  const { store, notesKey, entropy } = session.inside();
  if (notesKey === null) throw new VaultError("locked");
  await store.keepNotes(await sealVault(notesKey, NOTES_NAME, packNotes(notes), entropy));
}
