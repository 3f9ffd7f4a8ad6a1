/** Drafts: pure changes of what is held. */

import { hex } from "./bytes.ts";
import type { Answers } from "./domain/answers.ts";
import type { Entropy } from "./envelope/entropy.ts";
import { InvalidReportError } from "./errors.ts";
import { newRow } from "./outbox/rows.ts";
import { next } from "./outbox/states.ts";
import type { SealedChunk } from "./sealer.ts";
import type { Change, Held } from "./session.ts";
import type { AttachmentMemory, DraftMemory, VaultContent } from "./vault.ts";

const LOCAL_ID_BYTES = 8;
/** Room for the chunk index below a file's size in one number: 25 MiB in 4 KiB chunks are 6,600. */
const CHUNKS_PER_FILE = 8192;

export function localId(entropy: Entropy): string {
  return hex(entropy(LOCAL_ID_BYTES));
}

export function draftIn(content: VaultContent, id: string): DraftMemory {
  const draft = content.drafts.find((other) => other.id === id);
  if (draft === undefined) throw new InvalidReportError("no-such-draft");
  return draft;
}

/** The same with a draft in its newest form, first of all. */
export function withDraft(content: VaultContent, draft: DraftMemory): VaultContent {
  const others = content.drafts.filter((other) => other.id !== draft.id);
  return { ...content, drafts: [draft, ...others] };
}

/** Keep answers; the answers only, attachments stay as they are. */
export function keepAnswers(held: Held, id: string, answers: Answers, nowSeconds: number): Change {
  const known = held.content.drafts.find((draft) => draft.id === id);
  const attachments = known?.attachments ?? [];
  const draft = { id, answers, attachments, changedAtSeconds: nowSeconds };
  return { content: withDraft(held.content, draft) };
}

/** One batch of a file's chunks, sealed but not to be sent before the report is. */
export function keepChunks(
  draftId: string,
  part: string,
  fileBytes: number,
  chunks: readonly SealedChunk[],
  firstIndex: number,
  kind: "chunk" | "thumbnail" = "chunk",
): Change {
  const rows = chunks.map(({ id, blob }, at) =>
    newRow({
      id: hex(id),
      kind,
      owner: draftId,
      part,
      urgency: fileBytes * CHUNKS_PER_FILE + firstIndex + at,
      sizeBytes: blob.length,
      state: next("draft", "seal"),
    }),
  );
  return { rows, blobs: new Map(chunks.map(({ id, blob }) => [hex(id), blob])) };
}

export function keepAttachment(held: Held, draftId: string, attachment: AttachmentMemory): Change {
  const draft = draftIn(held.content, draftId);
  const attachments = [...draft.attachments, attachment];
  return { content: withDraft(held.content, { ...draft, attachments }) };
}

export function dropDraft({ content, rows }: Held, draftId: string): Change {
  const drafts = content.drafts.filter((draft) => draft.id !== draftId);
  return {
    content: { ...content, drafts, removed: removedBeside(content, draftId) },
    drop: [...rows.values()].filter((row) => row.owner === draftId).map((row) => row.id),
  };
}

/** What was removed, unless it was a part of that draft: it goes where the draft goes. */
export function removedBeside({ removed = null }: VaultContent, draftId: string) {
  return removed?.kind === "attachment" && removed.draftId === draftId ? null : removed;
}

/** Let go of what a killed app left: what could have been brought back, and chunks without a key. */
export function swept({ content, rows }: Held): Change | null {
  const parts = new Set(content.drafts.flatMap((draft) => draft.attachments.map(({ id }) => id)));
  const drop = [...rows.values()]
    .filter((row) => row.state === "sealed" && !parts.has(row.part))
    .map((row) => row.id);
  if (drop.length === 0 && !content.removed) return null;
  return { content: { ...content, removed: null }, drop };
}
