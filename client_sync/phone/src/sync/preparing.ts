/** What is put right before a run: nothing is in flight now, and what is overdue goes again. */
import { type Clock, dayOf } from "../clock.ts";
import type { Entropy } from "../envelope/entropy.ts";
import { isOverdue, moved, type Row } from "../outbox/rows.ts";
import type { Session } from "../session.ts";
import { withMemories } from "./relays.ts";

export interface Preparing {
  readonly session: Session;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

/** Commit what an earlier run and the time since then mean for the outbox. */
export async function prepare({ session, clock, entropy }: Preparing): Promise<void> {
  const now = clock.nowSeconds();
  const today = dayOf(now);
  const expired = (row: Row) =>
    row.kind === "courier" &&
    row.state === "held" &&
    row.receipts.every(({ untilDay }) => untilDay < today);
  await session.update(({ content, rows }) => {
    const all = [...rows.values()];
    const lost = all.filter((row) => row.state === "in_flight");
    const overdue = all.filter((row) => isOverdue(row, now, content.syncs));
    return {
      content: withMemories(content, entropy),
      rows: [
        ...lost.map((row) => moved(row, "lost")),
        ...overdue.map((row) => moved(row, "overdue")),
      ],
      drop: all.filter(expired).map((row) => row.id),
    };
  });
}
