/**
 * Thrift with data: how much this month took, and whether photos and files may go now. Pure.
 *
 * Theory of operation. Words always go; a person may let photos and files wait for Wi-Fi, or for the
 * next month once so many bytes are spent. What is carried for others counts as a file when it has the
 * size of a file's piece. The gate stands between the outbox and the engine: what may not go is not
 * shown to it. Counted are the bodies of requests and answers, in both directions; connections add to
 * that, and so does loading the app itself, which no script can see.
 */
import { isoOf } from "./clock.ts";
import { CHUNK_CLASSES_BYTES } from "./generated/constants.ts";
import type { Row } from "./outbox/rows.ts";
import type { Held } from "./session.ts";
import type { VaultContent } from "./vault.ts";

export interface Thrift {
  /** `YYYY-MM`, UTC, of what was counted. */
  readonly month: string;
  readonly bytes: number;
  /** Bytes a month after which photos and files wait; null for no limit. */
  readonly budgetBytes: number | null;
  readonly wifiOnly: boolean;
  /** The month in which the person let files go although its budget is spent. */
  readonly overMonth: string | null;
}

export const NO_THRIFT: Thrift = {
  month: "",
  bytes: 0,
  budgetBytes: null,
  wifiOnly: false,
  overMonth: null,
};

/** What a vault holds of it; one of an earlier release holds nothing. */
export function thriftOf(content: VaultContent): Thrift {
  return { ...NO_THRIFT, ...content.thrift };
}

/** `open`, or what photos and files wait for. */
export type MediaGate = "open" | "wifi" | "budget";

/** Names by which browsers call a network that is not paid by the megabyte. */
const FREE_NETWORKS: readonly string[] = ["wifi", "ethernet"];
/** What `network.ts` says where a browser does not tell. */
const UNKNOWN_NETWORK = "any";

/** Whether this browser tells Wi-Fi from a paid network. */
export function tellsNetworks(network: string): boolean {
  return network !== UNKNOWN_NETWORK;
}

export function monthOf(nowSeconds: number): string {
  return isoOf(nowSeconds).slice(0, "YYYY-MM".length);
}

/** What this month took so far. */
export function spent(thrift: Thrift, nowSeconds: number): number {
  return thrift.month === monthOf(nowSeconds) ? thrift.bytes : 0;
}

/** Count bytes; a new month begins at nothing. */
export function counted(thrift: Thrift, bytes: number, nowSeconds: number): Thrift {
  const total = spent(thrift, nowSeconds) + bytes;
  return { ...thrift, month: monthOf(nowSeconds), bytes: total };
}

export interface Circumstances {
  readonly nowSeconds: number;
  readonly network: string;
  /** The person said "send photos now", which holds for one run. */
  readonly isPressed: boolean;
}

/** Decide about photos and files; what is dearer to the person, the budget, is asked first. */
export function mediaGate(thrift: Thrift, now: Circumstances): MediaGate {
  const month = monthOf(now.nowSeconds);
  const isSpent =
    thrift.budgetBytes !== null && spent(thrift, now.nowSeconds) >= thrift.budgetBytes;
  if (isSpent && thrift.overMonth !== month) return "budget";
  const isFree = FREE_NETWORKS.includes(now.network);
  return thrift.wifiOnly && !isFree && !now.isPressed ? "wifi" : "open";
}

/** Let files go: over the budget for the rest of this month, past the Wi-Fi rule by the press alone. */
export function overridden(thrift: Thrift, now: Circumstances): Thrift {
  const isShut = mediaGate(thrift, now) === "budget";
  return isShut ? { ...thrift, overMonth: monthOf(now.nowSeconds) } : thrift;
}

/** Whether a row is a photo, a file, or of the size of a piece of one. */
export function isMedia(row: Pick<Row, "kind" | "sizeBytes">): boolean {
  if (row.kind === "courier") {
    return (CHUNK_CLASSES_BYTES as readonly number[]).includes(row.sizeBytes);
  }
  return row.kind !== "text";
}

/** The rows that may go now: all of them, or all but photos and files. */
export function goingRows({ content, rows }: Held, now: Circumstances): ReadonlyMap<string, Row> {
  if (mediaGate(thriftOf(content), now) === "open") return rows;
  return new Map([...rows].filter(([, row]) => !isMedia(row)));
}

export function withCounted(
  content: VaultContent,
  bytes: number,
  nowSeconds: number,
): VaultContent {
  return { ...content, thrift: counted(thriftOf(content), bytes, nowSeconds) };
}
