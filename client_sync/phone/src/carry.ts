/** Carrying without a network: bundle files out and in (docs/spec/bundle.md). */
import type { Collecting, Fineness, ImportSummary, Showing } from "./app.ts";
import { readBundle } from "./bundle/reader.ts";
import { writeBundle } from "./bundle/writer.ts";
import { type Bytes, hex } from "./bytes.ts";
import { envelopeIdOf } from "./envelope/keys.ts";
import { BundleError } from "./errors.ts";
import {
  BUNDLE_END_BYTES,
  BUNDLE_MAGIC,
  FRAME_HEADER_BYTES,
  MAX_BUNDLE_BYTES,
  MAX_BUNDLE_FRAMES,
} from "./generated/constants.ts";
import { joinedBy } from "./joining.ts";
import { stored } from "./loading.ts";
import { newRow, type Row } from "./outbox/rows.ts";
import { next } from "./outbox/states.ts";
import type { Change, Held, Session } from "./session.ts";
import { takeDirectory, takePages } from "./sync/taking.ts";
import { openDirectory } from "./sync/trust.ts";
import { threadIds } from "./threads.ts";
import type { VaultContent } from "./vault.ts";

const MEDIA_TYPE = "application/vnd.tocsin.bundle";
/** States of blobs for which nobody has signed. */
const UNSIGNED: readonly string[] = ["queued", "in_flight", "in_doubt"];

/** Words first, then what is carried, then photos: a file may be cut, a screen taken away. */
const RANK: Readonly<Record<Row["kind"], number>> = {
  text: 0,
  courier: 1,
  thumbnail: 2,
  chunk: 3,
};

function byUrgency(a: Row, b: Row): number {
  return RANK[a.kind] - RANK[b.kind] || a.urgency - b.urgency || (a.id < b.id ? -1 : 1);
}

/** Everything that nobody has signed for, the most urgent first. */
function unsigned(rows: ReadonlyMap<string, Row>): Row[] {
  return [...rows.values()].filter((row) => UNSIGNED.includes(row.state)).sort(byUrgency);
}

/** All that is kept of one report's thread: what a relay signed for may be carried all the same. */
function kept({ content, rows }: Held, reportId: string): Row[] {
  const ids = threadIds(content, reportId);
  return [...rows.values()].filter((row) => ids.has(row.owner)).sort(byUrgency);
}

/** The most urgent rows that fit into one file. */
function exported(waiting: readonly Row[]): Row[] {
  let room = MAX_BUNDLE_BYTES - BUNDLE_MAGIC.length - FRAME_HEADER_BYTES - BUNDLE_END_BYTES;
  return waiting.slice(0, MAX_BUNDLE_FRAMES - 1).filter((row) => {
    room -= FRAME_HEADER_BYTES + row.sizeBytes;
    return room >= 0;
  });
}

/** Write what nobody has signed for, or what is kept of one report, into one file; the queue stays as it is. */
export async function exportBundle(session: Session, reportId?: string): Promise<Blob> {
  async function* blobs(): AsyncGenerator<Bytes> {
    const held = session.held();
    const wanted = reportId === undefined ? unsigned(held.rows) : kept(held, reportId);
    for (const row of exported(wanted)) {
      const blob = await session.blob(row.id);
      if (blob !== undefined) yield blob;
    }
  }
  const parts: Bytes[] = [];
  for await (const part of writeBundle(blobs())) parts.push(part);
  return new Blob(parts, { type: MEDIA_TYPE });
}

/** The same as codes for another phone's camera; loaded when first wanted, and kept offline like every file. */
export async function showCodes(session: Session, fineness: Fineness): Promise<Showing> {
  const { cutIntoParts, openPart } = await stored(() => import("./symbols/showing.ts"));
  const parts = cutIntoParts(unsigned(session.held().rows), fineness);
  return {
    parts: parts.length,
    open: (part) => openPart(parts[part] ?? [], fineness, (id) => session.blob(id)),
  };
}

export async function collectCodes(): Promise<Collecting> {
  const { Collector } = await stored(() => import("./symbols/collecting.ts"));
  return new Collector();
}

/** A file may be old: an older directory in it is no attack, and is passed over. */
function withFileDirectory(content: VaultContent, signed: Bytes | null): VaultContent {
  const next = takeDirectory(content, signed);
  const alarms = next.alarms.filter((alarm) => alarm === "fork" || content.alarms.includes(alarm));
  return { ...next, alarms };
}

interface Taken {
  readonly change: Change;
  readonly result: ImportSummary;
}

function carriedRows(held: Held, blobs: readonly Bytes[], nowSeconds: number): Map<string, Row> {
  const own = new Set(held.content.reports.map((report) => report.id));
  const rows = new Map<string, Row>();
  for (const blob of blobs) {
    const id = hex(envelopeIdOf(blob));
    if (held.rows.has(id) || own.has(id)) continue;
    const state = next("sealed", "enqueue");
    const urgency = Math.floor(nowSeconds);
    rows.set(
      id,
      newRow({ id, kind: "courier", owner: "", part: "", urgency, sizeBytes: blob.length, state }),
    );
  }
  return rows;
}

function take(held: Held, file: Bytes, nowSeconds: number): Taken {
  const bundle = readBundle(file);
  const { invite } = bundle;
  const joins = held.content.desk === null && invite !== null && bundle.directory !== null;
  if (joins && bundle.directory !== null) openDirectory(bundle.directory, invite.rootKey);
  const joined = joins ? joinedBy(held.content, invite) : held.content;
  const directed = withFileDirectory(joined, bundle.directory);
  const paged = takePages({ ...held, content: directed }, bundle.pages);
  const rows = carriedRows(held, bundle.blobs, nowSeconds);
  const blobs = new Map(
    bundle.blobs
      .map((blob) => [hex(envelopeIdOf(blob)), blob] as const)
      .filter(([id]) => rows.has(id)),
  );
  const content = { ...(paged.change.content ?? directed), alarms: directed.alarms };
  return {
    change: {
      content,
      rows: [...(paged.change.rows ?? []), ...rows.values()],
      blobs,
      drop: paged.change.drop ?? [],
    },
    result: {
      carried: rows.size,
      known: bundle.blobs.length - rows.size,
      acknowledged: paged.acknowledged,
      directoryUpdated: directed.desk?.directory !== held.content.desk?.directory && !joins,
      joined: joins,
      incomplete: bundle.truncated || bundle.damaged,
    },
  };
}

/** Take a file in; taking the same file twice has no further effect. */
export async function importBundle(
  session: Session,
  file: Blob,
  nowSeconds: number,
): Promise<ImportSummary> {
  if (file.size > MAX_BUNDLE_BYTES) throw new BundleError("too-large");
  const bytes = new Uint8Array(await file.arrayBuffer());
  return session.change((held) => take(held, bytes, nowSeconds));
}
