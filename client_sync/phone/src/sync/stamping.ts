/**
 * Work for blobs that wait: done ahead, off the page's thread, and kept with the row.
 *
 * Spec: docs/spec/sync.md sections 1 and 9
 */
import { fromHex } from "../bytes.ts";
import { weekOf } from "../clock.ts";
import type { Stamp } from "../domain/sync.ts";
import type { Row, StampNote } from "../outbox/rows.ts";
import type { VaultContent } from "../vault.ts";
import { byOrder } from "./engine_state.ts";
import { isOwed, itemOf } from "./feeding.ts";
import { deskOf } from "./relays.ts";

/** Some ten seconds a blob on a phone; where more is asked, another relay is. */
export const MOST_WORK_BITS = 22;
/** A relay takes eight; one week is for the way. */
const OLDEST_STAMP_WEEKS = 7;

/** The most work that the directory or a relay asked for lately. */
export function workBits(content: VaultContent): number {
  const asked = deskOf(content)?.directory?.policy.workBits ?? 0;
  return Math.max(asked, ...Object.values(content.relays).map((relay) => relay.workBits));
}

/** The work kept with a row, if it is enough and not too old. */
export function keptStamp(row: Row | undefined, bits: number, nowSeconds: number): Stamp | null {
  const kept: StampNote | undefined = row?.stamp;
  if (row === undefined || kept === undefined || kept.bits < Math.max(bits, 1)) return null;
  const week = weekOf(nowSeconds);
  if (kept.week > week || kept.week < week - OLDEST_STAMP_WEEKS) return null;
  return { id: fromHex(row.id), week: kept.week, nonce: kept.nonce };
}

/** The most urgent blob that waits for work, or undefined. */
export function nextToStamp(
  content: VaultContent,
  rows: ReadonlyMap<string, Row>,
  nowSeconds: number,
): Row | undefined {
  const bits = workBits(content);
  if (bits === 0 || bits > MOST_WORK_BITS) return undefined;
  const bare = [...rows.values()].filter(
    (row) => isOwed(row) && keptStamp(row, bits, nowSeconds) === null,
  );
  const [first] = bare.sort((a, b) => byOrder(itemOf(a), itemOf(b)));
  return first;
}
