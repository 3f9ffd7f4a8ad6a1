/**
 * Keeps what is being written on disk, at each keystroke, in order.
 *
 * Theory of operation. One save runs at a time; whatever is typed during it is saved once by the
 * next. So the last answers always win, a slow phone is not flooded, and `settled()` resolves only
 * when disk and screen are equal.
 */
import type { Answers, App, Draft } from "../app.ts";

export class DraftKeeper {
  readonly #app: App;
  readonly #onChange: () => void;
  #draft: Draft | null;
  #answers: Answers;
  #isDirty = false;
  #running: Promise<void> | null = null;
  #problem: unknown = null;

  constructor(app: App, draft: Draft | null, answers: Answers, onChange: () => void) {
    this.#app = app;
    this.#draft = draft;
    this.#answers = answers;
    this.#onChange = onChange;
  }

  get answers(): Answers {
    return this.#answers;
  }

  /** Whether disk and screen are equal, with nothing on the way. */
  get isKept(): boolean {
    return !this.#isDirty && this.#running === null;
  }

  get draftId(): string | null {
    return this.#draft?.id ?? null;
  }

  /** Why the last save failed, or null; what was typed stays on the screen. */
  get problem(): unknown {
    return this.#problem;
  }

  /** The draft as the app holds it now, with its attachments. */
  get draft(): Draft | null {
    return this.#app.drafts().find((draft) => draft.id === this.#draft?.id) ?? null;
  }

  /** Change some answers and keep them. */
  change(part: Partial<Answers>): void {
    this.#answers = { ...this.#answers, ...part };
    this.#isDirty = true;
    this.#running ??= this.#run();
  }

  /** Resolve with the draft's id when everything typed is on disk. Raises what saving raised. */
  async settled(): Promise<string> {
    if (this.#draft === null) this.#isDirty = true;
    while (this.#isDirty || this.#running !== null) {
      this.#running ??= this.#run();
      await this.#running;
      if (this.#problem !== null) throw this.#problem;
    }
    return this.draftId as string;
  }

  /** Forget the draft if nothing was ever answered. */
  async dropIfEmpty(): Promise<void> {
    await this.#running;
    const { text, category, place } = this.#answers;
    const isEmpty = text === "" && category === null && place === null;
    if (isEmpty && this.#draft !== null && (this.draft?.attachments.length ?? 0) === 0) {
      await this.#app.dropDraft(this.#draft.id);
    }
  }

  async #run(): Promise<void> {
    try {
      while (this.#isDirty) {
        this.#isDirty = false;
        this.#draft = await this.#app.keepDraft(this.draftId, this.#answers);
      }
      this.#problem = null;
    } catch (error) {
      this.#isDirty = true;
      this.#problem = error;
    } finally {
      this.#running = null;
      this.#onChange();
    }
  }
}
