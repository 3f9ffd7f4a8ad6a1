/**
 * The lock, the innocent app and the panic gesture, as pages ask for them. Loaded when first wanted,
 * and stored at install: the gesture must work without a network.
 */
import type * as api from "./app_guard.ts";
import type { Platform } from "./browser.ts";
import { localId } from "./drafts.ts";
import { randomUnit } from "./envelope/entropy.ts";
import * as lock from "./lock.ts";
import { type Note, withNote, withoutNote } from "./notes.ts";
import type { Session } from "./session.ts";

/** Notes that an innocent app begins with, of those that a person might have written. */
const FIRST_NOTES = 3;
/** They were written within the last weeks, at different times. */
const FIRST_NOTES_SECONDS = 20 * 86_400;

export class SessionGuard implements api.Guard {
  private readonly session: Session;
  private readonly platform: Platform;
  private kept: readonly Note[] = [];

  constructor(session: Session, platform: Platform) {
    this.session = session;
    this.platform = platform;
  }

  unlock(passphrase: string): Promise<void> {
    return lock.unlock(this.session, passphrase);
  }

  setPassphrase(passphrase: string | null): Promise<void> {
    return lock.rekey(this.session, passphrase, this.platform.timer);
  }

  setDecoy(passphrase: string | null): Promise<void> {
    return lock.setOther(this.session, passphrase);
  }

  panic(): Promise<void> {
    return lock.erase(this.session, "panic");
  }

  async openNotes(suggestions: readonly string[]): Promise<readonly Note[]> {
    const first = this.firstNotes(suggestions);
    this.kept = await lock.readNotes(this.session, first);
    // What was drawn by chance is drawn once.
    if (this.kept === first) await lock.keepNotes(this.session, first);
    return this.kept;
  }

  notes(): readonly Note[] {
    return this.kept;
  }

  async keepNote(id: string | null, text: string): Promise<Note> {
    const { clock, entropy } = this.platform;
    const changedAtSeconds = Math.floor(clock.nowSeconds());
    const note = { id: id ?? localId(entropy), text, changedAtSeconds };
    await this.keep(withNote(this.kept, note));
    return note;
  }

  dropNote(id: string): Promise<void> {
    return this.keep(withoutNote(this.kept, id));
  }

  private async keep(notes: readonly Note[]): Promise<void> {
    await lock.keepNotes(this.session, notes);
    this.kept = notes;
    this.session.announce();
  }

  private firstNotes(suggestions: readonly string[]): readonly Note[] {
    const { clock, entropy } = this.platform;
    const left = [...suggestions];
    const drawn: Note[] = [];
    while (drawn.length < FIRST_NOTES && left.length > 0) {
      const [text = ""] = left.splice(Math.floor(randomUnit(entropy) * left.length), 1);
      const age = randomUnit(entropy) * FIRST_NOTES_SECONDS;
      const changedAtSeconds = Math.floor(clock.nowSeconds() - age);
      drawn.push({ id: localId(entropy), text, changedAtSeconds });
    }
    return drawn.sort((one, other) => other.changedAtSeconds - one.changedAtSeconds);
  }
}
