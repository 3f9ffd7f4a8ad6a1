/** Drafts and their sealing: pure changes of what is held, and the one place where a report leaves clear text. */

import { base64url, fromBase64url, hex, wipe } from "./bytes.ts";
import { isoOf, weekOf } from "./clock.ts";
import type { Answers } from "./domain/answers.ts";
import { type Directory, recipientFor } from "./domain/directory.ts";
import type { Entropy } from "./envelope/entropy.ts";
import { type SealedEnvelope, seal } from "./envelope/sealing.ts";
import { InvalidReportError } from "./errors.ts";
import { KEY_BYTES } from "./generated/constants.ts";
import { moved, newRow, type Row } from "./outbox/rows.ts";
import { next } from "./outbox/states.ts";
import { composeReport } from "./report/compose.ts";
import type { SealedChunk } from "./sealer.ts";
import type { Change, Held } from "./session.ts";
import { followsOf } from "./threads.ts";
import type { AttachmentMemory, AuthorMemory, DraftMemory, VaultContent } from "./vault.ts";
import { encodeReport } from "./wire/report.ts";

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

function withDraft(content: VaultContent, draft: DraftMemory): VaultContent {
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

function partsOf(rows: ReadonlyMap<string, Row>, part: string): string[] {
  return [...rows.values()].filter((row) => row.part === part).map((row) => row.id);
}

export function dropAttachment(held: Held, draftId: string, part: string): Change {
  const draft = draftIn(held.content, draftId);
  const attachments = draft.attachments.filter((attachment) => attachment.id !== part);
  return {
    content: withDraft(held.content, { ...draft, attachments }),
    drop: partsOf(held.rows, part),
  };
}

export function dropDraft({ content, rows }: Held, draftId: string): Change {
  return {
    content: { ...content, drafts: content.drafts.filter((draft) => draft.id !== draftId) },
    drop: [...rows.values()].filter((row) => row.owner === draftId).map((row) => row.id),
  };
}

/** Chunks of a file whose sealing was cut off: nobody has their key any more. */
export function orphans({ content, rows }: Held): string[] {
  const parts = new Set(content.drafts.flatMap((draft) => draft.attachments.map(({ id }) => id)));
  return [...rows.values()]
    .filter((row) => row.state === "sealed" && !parts.has(row.part))
    .map((row) => row.id);
}

function authorOf(content: VaultContent, entropy: Entropy): AuthorMemory {
  return content.author ?? { seed: base64url(entropy(KEY_BYTES)), seq: 0, prev: null };
}

export interface SealedDraft {
  readonly change: Change;
  /** Id of the report. */
  readonly result: string;
}

/**
 * Seal a draft and queue it with its chunks, all in one change.
 *
 * The vault keeps the keys for what comes back and lets go of the answers, the manifests and their
 * keys: after the commit nothing on this phone opens the report.
 */
export function sealDraft(
  held: Held,
  draftId: string,
  directory: Directory,
  nowSeconds: number,
  entropy: Entropy,
): SealedDraft {
  const { content } = held;
  const draft = draftIn(content, draftId);
  const author = authorOf(content, entropy);
  const thread = { seq: author.seq + 1, prev: author.prev };
  const report = composeReport(draft.answers, draft.attachments, isoOf(nowSeconds), thread);
  const json = encodeReport(report);
  const seed = fromBase64url(author.seed);
  const { blob, id, keys } = seal(json, {
    recipient: recipientFor(directory, weekOf(nowSeconds)),
    backup: directory.backup,
    deskId: directory.deskId,
    author: seed,
    smallestBytes: directory.policy.smallestBytes,
    entropy,
  });
  wipe(json, seed);
  const after = { ...author, seq: thread.seq, prev: hex(id) };
  return keepSealed(held, draft, { blob, id, keys }, after, nowSeconds);
}

/** What a draft becomes once it is sealed: a row, its chunks, and the keys for what comes back. */
export function keepSealed(
  { content, rows }: Held,
  draft: DraftMemory,
  { blob, id, keys }: SealedEnvelope,
  author: AuthorMemory | null,
  nowSeconds: number,
): SealedDraft {
  const reportId = hex(id);
  const text = newRow({
    id: reportId,
    kind: "text",
    owner: reportId,
    part: "",
    urgency: Math.floor(nowSeconds),
    sizeBytes: blob.length,
    state: next(next("draft", "seal"), "enqueue"),
  });
  const parts = new Set(draft.attachments.map((attachment) => attachment.id));
  const owned = [...rows.values()].filter(
    (row) => row.owner === draft.id && row.state === "sealed",
  );
  const chunks = owned
    .filter((row) => parts.has(row.part))
    .map((row) => moved(row, "enqueue", { owner: reportId }));
  const memory = {
    id: reportId,
    sealedAtSeconds: Math.floor(nowSeconds),
    attachments: draft.attachments.length,
    chunks: chunks.length,
    ack: base64url(keys.ack),
    mailbox: base64url(keys.mailbox),
    reply: base64url(keys.reply),
    spoken: 0,
    replyWeek: null,
    ...followsOf(content, draft.answers),
  };
  wipe(keys.ack, keys.mailbox, keys.reply);
  const change = {
    content: {
      ...content,
      author,
      drafts: content.drafts.filter((other) => other.id !== draft.id),
      reports: [...content.reports, memory],
    },
    rows: [text, ...chunks],
    blobs: new Map([[reportId, blob]]),
    // Of a file that is still being sealed the report knows nothing: its chunks stay out.
    drop: owned.filter((row) => !parts.has(row.part)).map((row) => row.id),
  };
  return { change, result: reportId };
}
