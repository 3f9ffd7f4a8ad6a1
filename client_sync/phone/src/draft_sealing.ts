/**
 * The one place where a report leaves clear text: pure changes of what is held.
 *
 * Loaded when the first report is begun, or when nobody waits: the first page does without.
 */
import { sealable } from "./answering.ts";
import { base64url, fromBase64url, hex, wipe } from "./bytes.ts";
import { isoOf, weekOf } from "./clock.ts";
import { type Directory, recipientFor } from "./domain/directory.ts";
import { draftIn, removedBeside } from "./drafts.ts";
import type { Entropy } from "./envelope/entropy.ts";
import type { SealedEnvelope } from "./envelope/sealing.ts";
import { KEY_BYTES } from "./generated/constants.ts";
import { moved, newRow } from "./outbox/rows.ts";
import { next } from "./outbox/states.ts";
import { composeReport } from "./report/compose.ts";
import type { Sealer } from "./sealer.ts";
import type { Change, Held } from "./session.ts";
import { followsOf } from "./threads.ts";
import type { AuthorMemory, DraftMemory, VaultContent } from "./vault.ts";
import { encodeReport } from "./wire/report.ts";

function authorOf(content: VaultContent, entropy: Entropy): AuthorMemory {
  return content.author ?? { seed: base64url(entropy(KEY_BYTES)), seq: 0, prev: null };
}

/** What a draft is sealed with. */
export interface Seal {
  readonly entropy: Entropy;
  readonly sealer: Pick<Sealer, "sealReport">;
}

export interface SealedDraft {
  readonly change: Change;
  /** Id of the report. */
  readonly result: string;
}

/** One way to seal a draft. */
export type SealDraft = (
  ...given: [Held, string, Directory, number, Seal]
) => SealedDraft | Promise<SealedDraft>;

/**
 * Seal a draft and queue it with its chunks, all in one change.
 *
 * The vault keeps the keys for what comes back and lets go of the answers, the manifests and their
 * keys: after the commit nothing on this phone opens the report.
 */
export async function sealDraft(
  held: Held,
  draftId: string,
  directory: Directory,
  nowSeconds: number,
  { entropy, sealer }: Seal,
): Promise<SealedDraft> {
  const { content } = held;
  const draft = draftIn(content, draftId);
  const author = authorOf(content, entropy);
  const thread = { seq: author.seq + 1, prev: author.prev };
  const answers = sealable(draft.answers, directory.forms);
  const report = composeReport(answers, draft.attachments, isoOf(nowSeconds), thread);
  const json = encodeReport(report);
  const seed = fromBase64url(author.seed);
  const { blob, id, keys } = await sealer.sealReport(json, {
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
      removed: removedBeside(content, draft.id),
      reports: [...content.reports, memory],
    },
    rows: [text, ...chunks],
    blobs: new Map([[reportId, blob]]),
    // Of a file that is still being sealed the report knows nothing: its chunks stay out.
    drop: owned.filter((row) => !parts.has(row.part)).map((row) => row.id),
  };
  return { change, result: reportId };
}
