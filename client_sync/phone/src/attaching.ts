/**
 * A file becomes sealed chunks, the moment it is attached.
 *
 * What stays in clear is nothing: the chunks lie in the outbox as `sealed`, not to be sent before
 * their report is, and their key lies in the vault with the draft. A phone that dies half-way leaves
 * chunks that no draft knows; they are swept away when the app opens.
 */
import type { AttachProgress, DraftAttachment } from "./app.ts";
import type { Platform } from "./browser.ts";
import { base64url, hex } from "./bytes.ts";
import { planChunks } from "./domain/lengths.ts";
import * as drafts from "./drafts.ts";
import { InvalidReportError } from "./errors.ts";
import {
  CHUNK_CLASSES_BYTES,
  KEY_BYTES,
  MAX_ATTACHMENTS,
  THUMBNAIL_CLASS_BYTES,
} from "./generated/constants.ts";
import { mimeOf, nameOf } from "./report/compose.ts";
import type { SealedChunk } from "./sealer.ts";
import type { Change, Held, Session } from "./session.ts";
import { deskInfo } from "./summaries.ts";
import { bestRate } from "./sync/memory.ts";
import type { AttachmentMemory, ThumbnailMemory, VaultContent } from "./vault.ts";

/** Bytes a second: 16 kbit/s (envelope.md section 4). */
const SMALL_CHUNKS_BELOW = 2000;

function checkAttachment(content: VaultContent, draftId: string, file: File): void {
  const { attachments } = drafts.draftIn(content, draftId);
  const most = deskInfo(content)?.maxAttachmentBytes ?? Number.POSITIVE_INFINITY;
  if (attachments.length >= MAX_ATTACHMENTS) throw new InvalidReportError("bad-attachments");
  if (file.size < 1) throw new InvalidReportError("attachment-empty");
  if (file.size > most) throw new InvalidReportError("attachment-too-large");
}

/** Small chunks where the links that were measured are slow. */
function chunkClass(content: VaultContent): number {
  const rate = bestRate(content);
  const isSlow = rate !== null && rate < SMALL_CHUNKS_BELOW;
  return isSlow ? Math.min(...CHUNK_CLASSES_BYTES) : Math.max(...CHUNK_CLASSES_BYTES);
}

interface SealedThumbnail {
  readonly memory: ThumbnailMemory;
  readonly chunks: readonly SealedChunk[];
}

/** Seal the small copy of a picture; null for what has none. */
async function sealThumbnail(
  { entropy, sealer }: Platform,
  copy: Blob | null,
): Promise<SealedThumbnail | null> {
  if (copy === null) return null;
  const key = entropy(KEY_BYTES);
  const chunks: SealedChunk[] = [];
  const sealed = await sealer.sealFile(copy, key, THUMBNAIL_CLASS_BYTES, (made) => {
    chunks.push(...made);
    return Promise.resolve();
  });
  const { sizeBytes, chunkCount } = sealed;
  const sha256 = hex(sealed.sha256);
  return {
    memory: { key: base64url(key), sha256, sizeBytes, chunkCount, mime: copy.type },
    chunks,
  };
}

interface Batch {
  readonly chunks: readonly SealedChunk[];
  readonly index: number;
}

/** The file's last batch, its thumbnail and the attachment, in one commit: from then on the draft knows it. */
function keepWhole(
  held: Held,
  draftId: string,
  attachment: AttachmentMemory,
  last: Batch,
  small: readonly SealedChunk[],
): Change {
  const { id, sizeBytes, thumbnail } = attachment;
  const size = thumbnail?.sizeBytes ?? 0;
  const kept = [
    drafts.keepChunks(draftId, id, sizeBytes, last.chunks, last.index),
    drafts.keepChunks(draftId, id, size, small, 0, "thumbnail"),
  ];
  return {
    rows: kept.flatMap(({ rows = [] }) => rows),
    blobs: new Map(kept.flatMap(({ blobs = [] }) => [...blobs])),
    ...drafts.keepAttachment(held, draftId, attachment),
  };
}

/** Seal a file to a draft. The caller sees to it that one file at a time is sealed. */
export async function attachFile(
  platform: Platform,
  session: Session,
  draftId: string,
  file: File,
  progress?: AttachProgress,
  shown: File = file,
): Promise<DraftAttachment> {
  const { entropy, sealer } = platform;
  const { content } = session.held();
  checkAttachment(content, draftId, file);
  const [part, key] = [drafts.localId(entropy), entropy(KEY_BYTES)];
  const classBytes = chunkClass(content);
  // Pictures are decoded off the worker's thread: the copy is drawn while the file is sealed.
  let last: Batch = { chunks: [], index: 0 };
  const { chunkCount } = planChunks(file.size, classBytes);
  const copying = sealer.thumbnail(file, shown);
  copying.catch(() => undefined);
  const sealed = await sealer.sealFile(file, key, classBytes, async (chunks, index) => {
    last = { chunks, index };
    if (index + chunks.length === chunkCount) return;
    await session.update(() => drafts.keepChunks(draftId, part, file.size, chunks, index));
    progress?.(Math.min(file.size, (index + chunks.length) * classBytes), file.size);
  });
  const thumbnail = await sealThumbnail(platform, await copying);
  const attachment = {
    id: part,
    key: base64url(key),
    sha256: hex(sealed.sha256),
    sizeBytes: sealed.sizeBytes,
    chunkCount: sealed.chunkCount,
    classBytes,
    mime: mimeOf(file),
    name: nameOf(file),
    thumbnail: thumbnail?.memory ?? null,
  };
  await session.update((held) =>
    keepWhole(held, draftId, attachment, last, thumbnail?.chunks ?? []),
  );
  const { id, name, mime, sizeBytes } = attachment;
  return { id, name, mime, sizeBytes };
}
