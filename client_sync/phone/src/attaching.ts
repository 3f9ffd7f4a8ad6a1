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
import * as drafts from "./drafts.ts";
import { InvalidReportError } from "./errors.ts";
import {
  CHUNK_CLASSES_BYTES,
  KEY_BYTES,
  MAX_ATTACHMENTS,
  THUMBNAIL_CLASS_BYTES,
} from "./generated/constants.ts";
import { mimeOf, nameOf } from "./report/compose.ts";
import type { Session } from "./session.ts";
import { deskInfo } from "./summaries.ts";
import { bestRate } from "./sync/memory.ts";
import type { ThumbnailMemory, VaultContent } from "./vault.ts";

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

/** Seal the small copy of a picture; null for what has none. */
async function attachThumbnail(
  { entropy, sealer }: Platform,
  session: Session,
  draftId: string,
  part: string,
  file: File,
): Promise<ThumbnailMemory | null> {
  const copy = await sealer.thumbnail(file);
  if (copy === null) return null;
  const key = entropy(KEY_BYTES);
  const sealed = await sealer.sealFile(copy, key, THUMBNAIL_CLASS_BYTES, async (chunks, index) => {
    await session.update(() =>
      drafts.keepChunks(draftId, part, copy.size, chunks, index, "thumbnail"),
    );
  });
  const { sizeBytes, chunkCount } = sealed;
  return {
    key: base64url(key),
    sha256: hex(sealed.sha256),
    sizeBytes,
    chunkCount,
    mime: copy.type,
  };
}

/** Seal a file to a draft. The caller sees to it that one file at a time is sealed. */
export async function attachFile(
  platform: Platform,
  session: Session,
  draftId: string,
  file: File,
  progress?: AttachProgress,
): Promise<DraftAttachment> {
  const { entropy, sealer } = platform;
  const { content } = session.held();
  checkAttachment(content, draftId, file);
  const [part, key] = [drafts.localId(entropy), entropy(KEY_BYTES)];
  const classBytes = chunkClass(content);
  const thumbnail = await attachThumbnail(platform, session, draftId, part, file);
  const sealed = await sealer.sealFile(file, key, classBytes, async (chunks, index) => {
    await session.update(() => drafts.keepChunks(draftId, part, file.size, chunks, index));
    progress?.(Math.min(file.size, (index + chunks.length) * classBytes), file.size);
  });
  const attachment = {
    id: part,
    key: base64url(key),
    sha256: hex(sealed.sha256),
    sizeBytes: sealed.sizeBytes,
    chunkCount: sealed.chunkCount,
    classBytes,
    mime: mimeOf(file),
    name: nameOf(file),
    thumbnail,
  };
  await session.update((held) => drafts.keepAttachment(held, draftId, attachment));
  const { id, name, mime, sizeBytes } = attachment;
  return { id, name, mime, sizeBytes };
}
