/**
 * Removing a draft or an attachment, with a way back that is short.
 *
 * Theory of operation. What is removed leaves the drafts at once: nothing that seals, counts or lists
 * can meet it. It stays in the vault, sealed like all else, as the one thing that can be brought back,
 * and its chunks stay in their strips. The way back is closed by the next removal, by the page that
 * offers it when it is left, after UNDO_SECONDS, and by the next opening of the app (`drafts.swept`):
 * then the chunks' strips are sealed anew without them.
 */
import type * as api from "./app.ts";
import type { Surroundings } from "./browser.ts";
import { draftIn, withDraft } from "./drafts.ts";
import { InvalidReportError } from "./errors.ts";
import { MAX_ATTACHMENTS } from "./generated/constants.ts";
import type { Change, Held, Session } from "./session.ts";
import type { RemovedMemory, VaultContent } from "./vault.ts";

/** Long enough to read one line and press (WCAG 2.2.1 asks 20 s of what runs out), too short for a search. */
export const UNDO_SECONDS = 20;

type Remove = (content: VaultContent) => { content: VaultContent; removed: RemovedMemory };

/** Rows of what can be brought back now. */
function rowsOf({ content, rows }: Held): string[] {
  const { removed = null } = content;
  if (removed === null) return [];
  const isOf =
    removed.kind === "draft"
      ? ({ owner }: { owner: string }) => owner === removed.draft.id
      : ({ part }: { part: string }) => part === removed.attachment.id;
  return [...rows.values()].filter(isOf).map(({ id }) => id);
}

function removing(held: Held, remove: Remove): Change {
  const { content, removed } = remove(held.content);
  return { content: { ...content, removed }, drop: rowsOf(held) };
}

export function removeDraft(held: Held, draftId: string): Change {
  return removing(held, (content) => {
    const draft = draftIn(content, draftId);
    const drafts = content.drafts.filter((other) => other !== draft);
    return { content: { ...content, drafts }, removed: { kind: "draft", draft } };
  });
}

export function removeAttachment(held: Held, draftId: string, part: string): Change {
  return removing(held, (content) => {
    const draft = draftIn(content, draftId);
    const at = draft.attachments.findIndex(({ id }) => id === part);
    const attachment = draft.attachments[at];
    if (attachment === undefined) throw new InvalidReportError("no-such-draft");
    const attachments = draft.attachments.filter((other) => other !== attachment);
    return {
      content: withDraft(content, { ...draft, attachments }),
      removed: { kind: "attachment", draftId, at, attachment },
    };
  });
}

export function bringBack({ content }: Held): Change {
  const { removed = null } = content;
  if (removed === null) throw new InvalidReportError("no-such-draft");
  const draft = removed.kind === "draft" ? removed.draft : withAttachment(content, removed);
  return { content: { ...withDraft(content, draft), removed: null } };
}

function withAttachment(
  content: VaultContent,
  { draftId, at, attachment }: Extract<RemovedMemory, { kind: "attachment" }>,
) {
  const draft = draftIn(content, draftId);
  const { attachments } = draft;
  if (attachments.length >= MAX_ATTACHMENTS) throw new InvalidReportError("bad-attachments");
  const among = [...attachments.slice(0, at), attachment, ...attachments.slice(at)];
  return { ...draft, attachments: among };
}

/** Let it go for good. */
export function letGo(held: Held): Change | null {
  if (!held.content.removed) return null;
  return { content: { ...held.content, removed: null }, drop: rowsOf(held) };
}

export class SessionRemovals implements api.Removals {
  private readonly session: Session;
  private readonly surroundings: Pick<Surroundings, "setTimer">;
  private cancelTimer: () => void = () => undefined;

  constructor(session: Session, surroundings: Pick<Surroundings, "setTimer">) {
    this.session = session;
    this.surroundings = surroundings;
  }

  last(): api.Removed | null {
    if (this.session.locked()) return null;
    const { removed = null } = this.session.held().content;
    if (removed === null) return null;
    const { id } = removed.kind === "draft" ? removed.draft : removed.attachment;
    return { id, kind: removed.kind };
  }

  removeDraft(draftId: string): Promise<void> {
    return this.remove((held) => removeDraft(held, draftId));
  }

  removeAttachment(draftId: string, attachmentId: string): Promise<void> {
    return this.remove((held) => removeAttachment(held, draftId, attachmentId));
  }

  async undo(): Promise<void> {
    await this.session.update(bringBack);
    this.cancelTimer();
  }

  async end(): Promise<void> {
    this.cancelTimer();
    await this.session.update(letGo);
  }

  private async remove(compute: (held: Held) => Change): Promise<void> {
    await this.session.update(compute);
    this.cancelTimer();
    const id = this.last()?.id;
    // What was removed after it has its own time. Where the app was locked, the next opening does it.
    const end = () => {
      if (this.last()?.id === id) void this.end().catch(() => undefined);
    };
    this.cancelTimer = this.surroundings.setTimer(end, UNDO_SECONDS);
  }
}
