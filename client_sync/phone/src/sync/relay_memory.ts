/** What the phone learns of a relay by an exchange, good or bad. Pure. */
import type { MailboxPage } from "../domain/sync.ts";
import { PutStatus } from "../generated/constants.ts";
import type { RelayMemory, VaultContent } from "../vault.ts";
import { batchAfter, FULL_PAUSE_SECONDS, measuredRate, pauseSeconds, smaller } from "./backoff.ts";
import type { Answer } from "./response.ts";
import type { Exchange } from "./verdicts.ts";

/** Mailbox prefixes whose cursor is worth keeping: this relay's own and those of waiting replies. */
const MOST_CURSORS = 16;

function cursorsAfter(
  memory: RelayMemory,
  prefix: number,
  page: MailboxPage | null,
): RelayMemory["cursors"] {
  if (page === null) return memory.cursors;
  const others = Object.entries(memory.cursors).filter(([name]) => name !== String(prefix));
  const idle = others.filter(([name]) => name === String(memory.idlePrefix));
  const rest = others.filter(([name]) => name !== String(memory.idlePrefix)).slice(-MOST_CURSORS);
  return Object.fromEntries([...idle, ...rest, [String(prefix), page.cursor]]);
}

export function relayAfter(
  memory: RelayMemory,
  exchange: Exchange,
  answer: Answer,
  kept: boolean,
): RelayMemory {
  const { endedAtSeconds: now, movedBytes } = exchange;
  const elapsed = now - exchange.startedAtSeconds;
  if (!kept) return { ...relayAfterFailure(memory, exchange), lastExchangeSeconds: now };
  const { policy, receipt } = answer;
  const full = receipt?.statuses.includes(PutStatus.FULL) ?? false;
  return {
    ...memory,
    cursors: cursorsAfter(memory, exchange.mailboxPrefix, answer.mailbox),
    batchBytes: batchAfter(memory.batchBytes, elapsed),
    bytesPerSecond: measuredRate(memory.bytesPerSecond, movedBytes, elapsed),
    failures: 0,
    retryAtSeconds: policy && policy.retryAfterSeconds > 0 ? now + policy.retryAfterSeconds : 0,
    fullUntilSeconds: full ? now + FULL_PAUSE_SECONDS : memory.fullUntilSeconds,
    lastExchangeSeconds: now,
    workBits: policy?.workBits ?? memory.workBits,
    maxBatchBytes: policy?.maxBatchBytes ?? memory.maxBatchBytes,
  };
}

export function relayAfterFailure(memory: RelayMemory, exchange: Exchange): RelayMemory {
  const failures = memory.failures + 1;
  return {
    ...memory,
    failures,
    batchBytes: smaller(memory.batchBytes),
    retryAtSeconds: exchange.endedAtSeconds + pauseSeconds(failures, exchange.jitter),
  };
}

export function withRelay(
  content: VaultContent,
  key: string,
  change: (memory: RelayMemory) => RelayMemory,
): VaultContent {
  const memory = content.relays[key];
  return memory ? { ...content, relays: { ...content.relays, [key]: change(memory) } } : content;
}
