/** Rows of the outbox as the engine sees them. Pure. */
import { CHUNK_CLASSES_BYTES } from "../generated/constants.ts";
import type { Row } from "../outbox/rows.ts";
import { waits } from "./backoff.ts";
import { type Item, newItem, Rank } from "./engine_state.ts";

const OWED: readonly string[] = ["queued", "in_doubt", "in_flight"];

/** A blob of a chunk's size that is carried for others is taken for one. */
function rankOf(row: Row): number {
  switch (row.kind) {
    case "text":
      return Rank.TEXT;
    case "thumbnail":
      return Rank.THUMBNAIL;
    case "chunk":
      return Rank.CHUNK;
    case "courier": {
      const isMedia = (CHUNK_CLASSES_BYTES as readonly number[]).includes(row.sizeBytes);
      return isMedia ? Rank.CARRIED_CHUNK : Rank.CARRIED_TEXT;
    }
  }
}

/** Tell whether a blob is still to be handed over, by this run or a later one. */
export function isOwed(row: Row): boolean {
  return OWED.includes(row.state);
}

/** Describe a row to the engine. */
export function itemOf(row: Row): Item {
  const isDoubtful = row.state === "in_doubt";
  return newItem({
    id: row.id,
    rank: rankOf(row),
    urgency: row.urgency,
    sizeBytes: row.sizeBytes,
    state: isDoubtful ? "in_doubt" : "queued",
    relay: isDoubtful ? row.relay : null,
    holders: new Set(row.receipts.map(({ relay }) => relay)),
  });
}

/** What is to be handed over now and the engine does not know yet; one that was refused waits by itself. */
export function newItems(
  rows: ReadonlyMap<string, Row>,
  known: ReadonlyMap<string, unknown>,
  nowSeconds: number,
): Item[] {
  return [...rows.values()]
    .filter((row) => isOwed(row) && !known.has(row.id) && !waits(row.notBeforeSeconds, nowSeconds))
    .map(itemOf);
}

/** What the engine still has to hand over, though it is done: acknowledged, forgotten. */
export function settledIds(
  rows: ReadonlyMap<string, Row>,
  known: ReadonlyMap<string, unknown>,
): string[] {
  return [...known.keys()].filter((id) => {
    const row = rows.get(id);
    return row === undefined || !isOwed(row);
  });
}
