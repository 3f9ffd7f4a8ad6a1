/** The engine's values as scenario files hold them, and back (tools/vectors/engine_forms.py). */
import { createHash } from "node:crypto";
import type { Action } from "../../src/sync/engine_actions.ts";
import type { Event, Verdict } from "../../src/sync/engine_events.ts";
import {
  type EngineState,
  type Item,
  newItem,
  newRelayFacts,
  type RelayFacts,
} from "../../src/sync/engine_state.ts";

const DIGEST_CHARACTERS = 16;

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Fields = { readonly [key: string]: Json };
export type Named = readonly [string, Fields];

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function camelFields(fields: Fields): Record<string, Json> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [camel(name), value]));
}

function setOf(value: Json | undefined): ReadonlySet<string> {
  return new Set(value as readonly string[]);
}

function itemOf(fields: Fields): Item {
  const { holders, refused, unstamped, ...plain } = camelFields(fields);
  return newItem({
    ...(plain as unknown as Item),
    holders: setOf(holders),
    refused: setOf(refused),
    unstamped: setOf(unstamped),
  });
}

function relayOf(fields: Fields): RelayFacts {
  return newRelayFacts(camelFields(fields) as unknown as RelayFacts);
}

/** Read an event. */
export function eventOf([kind, fields]: Named): Event {
  const plain = camelFields(fields);
  const change: Record<string, unknown> = {};
  if (plain.items) change.items = (plain.items as readonly Fields[]).map(itemOf);
  if (plain.relays) change.relays = (plain.relays as readonly Fields[]).map(relayOf);
  if (plain.behind) change.behind = setOf(plain.behind);
  if (plain.verdicts) change.verdicts = new Map(Object.entries(plain.verdicts as Fields));
  if (plain.have) change.have = new Map(Object.entries(plain.have as Fields));
  if (kind === "failed") change.failure = plain.kind as Verdict;
  return { ...plain, ...change, kind } as unknown as Event;
}

/** Write any of the engine's values, fields by name so that equal values are equal texts. */
function formOf(value: unknown): Json {
  if (value instanceof Set) return [...value].map(formOf).sort();
  if (value instanceof Map) return formOf(Object.fromEntries(value));
  if (Array.isArray(value)) return value.map(formOf);
  if (value === null || typeof value !== "object") return value as Json;
  const entries = Object.entries(value).map(([name, one]) => [snake(name), formOf(one)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Write an action: its name and its fields. */
export function namedForm({ kind, ...fields }: Action): Json {
  return [kind, formOf(fields)];
}

function byLaneThenRelay([lane, relay]: readonly [number, string], b: readonly [number, string]) {
  return lane - b[0] || (relay < b[1] ? -1 : 1);
}

/** Name a whole state in a few characters. */
export function digestOf(state: EngineState): string {
  const warm = [...state.warm].map((name) => {
    const [lane, relay] = name.split(" ");
    return [Number(lane), String(relay)] as const;
  });
  const text = JSON.stringify(formOf({ ...state, warm: warm.sort(byLaneThenRelay) }));
  return createHash("sha256").update(text).digest("hex").slice(0, DIGEST_CHARACTERS);
}
