/**
 * Bridge lines and invites: where a relay is, and whose desk it serves (directory.md section 1). A
 * browser opens its own connections, so `connect sni host pin via split` are kept in `extra` and ignored.
 */
import { type Bytes, base64url, characters, fromBase64url, textOf } from "../bytes.ts";
import type { BridgeLine } from "../domain/directory.ts";
import { InviteError } from "../errors.ts";
import {
  BRIDGE_WORD,
  MAX_DESK_NAME_CHARACTERS,
  MAX_URL_CHARACTERS,
  PUBLIC_KEY_BYTES,
} from "../generated/constants.ts";

const FIELD = /^([a-z]{1,16})=([!-~]{1,512})$/;
const MOST_WORDS = 16;
const FRAGMENT = `#${BRIDGE_WORD}.`;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u;

function refuse(): never {
  throw new InviteError("bad-invite");
}

/** Plain http only where no network is crossed in clear: loopback and onion hosts. */
function mayBePlain(host: string): boolean {
  return (
    host === "localhost" ||
    host === "[::1]" ||
    host.endsWith(".onion") ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}

function checkedUrl(text: string): string {
  if (text.length > MAX_URL_CHARACTERS || !/^https?:\/\/[^/?#\\][!-~]*$/i.test(text)) refuse();
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    refuse();
  }
  const signedIn =
    url.username !== "" ||
    url.password !== "" ||
    /^[^/?]*@/.test(text.replace(/^https?:\/\//i, ""));
  if (signedIn || text.includes("#") || url.hostname === "") refuse();
  if (url.protocol !== "https:" && !mayBePlain(url.hostname)) refuse();
  return text;
}

function keyOf(text: string): Bytes {
  try {
    const key = fromBase64url(text);
    if (key.length === PUBLIC_KEY_BYTES) return key;
  } catch {
    // Refused below.
  }
  return refuse();
}

function nameOf(text: string): string {
  let name: string;
  try {
    name = decodeURIComponent(text.replace(/%(?![0-9A-Fa-f]{2})/g, "%25"));
  } catch {
    refuse();
  }
  const length = characters(name);
  if (length < 1 || length > MAX_DESK_NAME_CHARACTERS || UNPRINTABLE.test(name)) refuse();
  return name;
}

function fieldsOf(words: readonly string[]): Map<string, string> {
  const fields = new Map<string, string>();
  for (const word of words) {
    const [, name, value] = FIELD.exec(word) ?? refuse();
    if (name === undefined || value === undefined || fields.has(name)) refuse();
    fields.set(name, value);
  }
  return fields;
}

export function parseBridgeLine(line: string): BridgeLine {
  const words = line.split(" ");
  if (words[0] !== BRIDGE_WORD || words.length < 3 || words.length > MOST_WORDS) refuse();
  const url = checkedUrl(words[1] ?? "");
  const fields = fieldsOf(words.slice(2));
  const [k, d, n] = [fields.get("k"), fields.get("d"), fields.get("n")];
  for (const name of ["k", "d", "n"]) fields.delete(name);
  return {
    url,
    relayKey: keyOf(k ?? ""),
    rootKey: d === undefined ? null : keyOf(d),
    name: n === undefined ? null : nameOf(n),
    extra: [...fields],
  };
}

export interface Invite extends BridgeLine {
  readonly rootKey: Bytes;
  readonly name: string;
}

/** Read an invite link or a whole bridge line; white space around it is dropped. */
export function parseInvite(text: string): Invite {
  let line = text.trim();
  const at = line.indexOf(FRAGMENT);
  if (at >= 0) {
    try {
      line = textOf(fromBase64url(line.slice(at + FRAGMENT.length)));
    } catch {
      refuse();
    }
  }
  const bridge = parseBridgeLine(line);
  if (bridge.rootKey === null || bridge.name === null) refuse();
  return { ...bridge, rootKey: bridge.rootKey, name: bridge.name };
}

/** Percent-encode all but the characters that RFC 3986 calls unreserved, as the desk does. */
function quoted(name: string): string {
  return encodeURIComponent(name).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function formatBridgeLine(bridge: BridgeLine): string {
  const words = [BRIDGE_WORD, bridge.url, `k=${base64url(bridge.relayKey)}`];
  if (bridge.rootKey !== null) words.push(`d=${base64url(bridge.rootKey)}`);
  if (bridge.name !== null) words.push(`n=${quoted(bridge.name)}`);
  for (const [name, value] of bridge.extra) words.push(`${name}=${value}`);
  return words.join(" ");
}
