/** What one sync did, counted while it goes on. */
import type { SyncSummary } from "../domain/sync.ts";

export type Tally = { -readonly [Name in keyof SyncSummary]: SyncSummary[Name] };

export function newTally(): Tally {
  return {
    sent: 0,
    receipts: 0,
    acknowledged: 0,
    replies: 0,
    bytesUp: 0,
    bytesDown: 0,
    roundTrips: 0,
    ended: "done",
  };
}
