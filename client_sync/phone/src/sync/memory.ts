/**
 * What is remembered of relays from one run to the next, for each network apart. Pure.
 *
 * A relay that is blocked on one network is clean on the next, and a rate measured at home says nothing
 * of the road.
 *
 * Spec: docs/spec/engine.md sections 1 and 5
 */
import type { LinkMemory, RelayMemory, VaultContent } from "../vault.ts";
import { newRelayFacts, type RelayFacts } from "./engine_state.ts";
import { deskOf } from "./relays.ts";

/** Home, work, mobile, and some cafes; browsers tell fewer apart. */
const MOST_NETWORKS = 8;

/** What is known of the desk's relays on a network, in the order of the directory. */
export function recall(content: VaultContent, network: string): RelayFacts[] {
  const keys = [...(deskOf(content)?.relays.keys() ?? [])];
  return keys.map((key, place) =>
    newRelayFacts({ ...content.relays[key]?.links?.[network], key, place }),
  );
}

function linkOf(facts: RelayFacts): LinkMemory {
  const { failures, restUntilMs, fullUntilMs, roundTripMs, batchBytes, mostBatchBytes } = facts;
  const { rateBytesPerSecond } = facts;
  return {
    failures,
    restUntilMs,
    fullUntilMs,
    rateBytesPerSecond,
    roundTripMs,
    batchBytes,
    mostBatchBytes,
  };
}

function withLink(memory: RelayMemory, network: string, facts: RelayFacts): RelayMemory {
  const others = Object.entries(memory.links ?? {}).filter(([name]) => name !== network);
  const kept = others.slice(1 - MOST_NETWORKS);
  return { ...memory, links: Object.fromEntries([...kept, [network, linkOf(facts)]]) };
}

/** Keep what a run learned on a network. */
export function remember(
  content: VaultContent,
  network: string,
  relays: readonly RelayFacts[],
): VaultContent {
  const learned = new Map(relays.map((facts) => [facts.key, facts]));
  const changed = Object.entries(content.relays).map(([key, memory]) => {
    const facts = learned.get(key);
    return [key, facts === undefined ? memory : withLink(memory, network, facts)] as const;
  });
  return { ...content, relays: Object.fromEntries(changed) };
}

/** The best rate measured on any network, bytes a second; null when none was. */
export function bestRate(content: VaultContent): number | null {
  const links = Object.values(content.relays).flatMap(({ links: known }) =>
    Object.values(known ?? {}),
  );
  const rates = links.map((link) => link.rateBytesPerSecond).filter((rate) => rate > 0);
  return rates.length > 0 ? Math.max(...rates) : null;
}

/** When the first relay may be asked again on a network, unix seconds; 0 for now. */
export function restUntilSeconds(content: VaultContent, network: string): number {
  const times = Object.values(content.relays).map(
    ({ links }) => (links?.[network]?.restUntilMs ?? 0) / 1000,
  );
  return times.length > 0 ? Math.min(...times) : 0;
}
