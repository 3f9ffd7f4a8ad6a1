import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readBundle } from "../src/bundle/reader.ts";
import { type Bytes, concat, hex, utf8 } from "../src/bytes.ts";
import { openReply } from "../src/envelope/derived.ts";
import { deflate, inflate } from "../src/envelope/padding.ts";
import { ContractError, TransportError } from "../src/errors.ts";
import {
  bundleWriter,
  decodeSymbol,
  finishedBundle,
  readCode,
  SymbolReader,
} from "../src/symbols/symbols.ts";
import { readAnswer } from "../src/sync/response.ts";
import { openDirectory } from "../src/sync/trust.ts";
import { decodePage } from "../src/wire/board.ts";
import { decode } from "../src/wire/canonical.ts";
import { decodeDirectory } from "../src/wire/directory.ts";
import { decodeHave, decodeMailbox, decodePolicy, decodeReceipt } from "../src/wire/exchange.ts";
import { readFrames } from "../src/wire/frames.ts";
import { parseInvite } from "../src/wire/invite.ts";
import { decodeBegun } from "../src/wire/parts.ts";
import { decodeReply } from "../src/wire/reply.ts";
import { decodeReport } from "../src/wire/report.ts";
import { Chance } from "./support/chance.ts";
import { seededEntropy, World } from "./support/surroundings.ts";

const ROUNDS = 400;

/** Turn bytes, cut, repeat, insert: what a bad link or a bad person makes of good bytes. */
function spoiled(good: Bytes, chance: Chance): Bytes {
  const bytes = good.slice();
  for (let turn = 0; turn <= chance.below(3); turn += 1) {
    if (bytes.length > 0) bytes[chance.below(bytes.length)] = chance.below(256);
  }
  const at = chance.below(bytes.length + 1);
  const kinds = [bytes, bytes.slice(0, at), concat(bytes, bytes.slice(at)), bytes.slice(at)];
  return chance.of(kinds);
}

function raisesItsOwnOrNothing(parse: (bytes: Bytes) => unknown, samples: readonly Bytes[]): void {
  const chance = new Chance(11);
  for (let round = 0; round < ROUNDS; round += 1) {
    const bytes = spoiled(chance.of(samples), chance);
    try {
      parse(bytes);
    } catch (error) {
      const own = error instanceof ContractError || error instanceof TransportError;
      assert.ok(own, `${String(error)} for ${hex(bytes.slice(0, 64))}`);
    }
  }
}

const world = new World(1, seededEntropy(3));
const directory = world.desk.directory(1, world.relays);
const root = world.desk.rootKey;
const relay = world.relays[0];
assert.ok(relay);
const idle = new Uint8Array(1280);
idle[0] = 1;
const answer = relay.answer(idle);
const asked = { relayKey: relay.key, puts: [], query: [] };
const json = utf8(
  '{"kind":"reply","lang":"en","n":1,"sent_on":"2026-11-24","text":"Thank you.","v":1}',
);
const joining = concat(utf8("TOCSINB1"), Uint8Array.of(5, 0, 0, 4), utf8("tocs"));

/** Noise for the pieces of a source, as a camera might see them. */
function collected(bytes: Bytes): Bytes {
  const cuts = Array.from(
    { length: Math.max(1, Math.ceil(bytes.length / 40)) },
    (_, at) => at * 40,
  );
  const symbols = cuts.map((at) => decodeSymbol(bytes.slice(at, at + 40)));
  const reader = new SymbolReader(symbols[0] as ReturnType<typeof decodeSymbol>);
  for (const symbol of symbols) reader.add(symbol);
  return finishedBundle(reader);
}
const empty = concat(utf8("TOCSINB1"), Uint8Array.of(0x7f, 0, 0, 36), new Uint8Array(36));
const writer = bundleWriter(empty, 40);
const symbols = concat(...[0, 1, 5].map((index) => writer.symbol(index)));

const PARSERS: Readonly<Record<string, [(bytes: Bytes) => unknown, readonly Bytes[]]>> = {
  "a relay's answer": [(bytes) => readAnswer(bytes, asked), [answer]],
  "a signed directory": [(bytes) => openDirectory(bytes, root), [directory]],
  "a directory's JSON": [decodeDirectory, [inflate(directory.slice(64), 65_536)]],
  "a bundle file": [readBundle, [joining, concat(joining, directory)]],
  "symbols of a bundle": [collected, [symbols]],
  "a code": [(bytes) => readCode(Buffer.from(bytes).toString("latin1")), [utf8("0:C0".repeat(56))]],
  "canonical JSON": [decode, [json, utf8('{"a":[1,{"b":"é"}]}')]],
  "a reply": [decodeReply, [json]],
  "a report": [decodeReport, [json]],
  "a sealed reply": [(bytes) => openReply(root, root.slice(0, 16), bytes), [new Uint8Array(1024)]],
  "a board page": [decodePage, [new Uint8Array(200), answer]],
  "a receipt": [decodeReceipt, [new Uint8Array(75)]],
  "a have": [decodeHave, [new Uint8Array(75)]],
  "a mailbox": [decodeMailbox, [new Uint8Array(9), new Uint8Array(1049)]],
  "a policy": [decodePolicy, [new Uint8Array(9)]],
  beginnings: [decodeBegun, [Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 9)]],
  "a deflate stream": [(bytes) => inflate(bytes, 4096), [directory.slice(64)]],
  frames: [(bytes) => readFrames(bytes, 65_536), [answer.slice(8)]],
  "an invite": [
    (bytes) => parseInvite(Buffer.from(bytes).toString("latin1")),
    [utf8(world.invite())],
  ],
};

describe("spoiled bytes are refused by the parser's own error, or read", () => {
  for (const [name, [parse, samples]] of Object.entries(PARSERS)) {
    test(name, () => raisesItsOwnOrNothing(parse, samples));
  }
});

test("a deflate bomb stops at the limit", () => {
  const bomb = deflate(new Uint8Array(1_000_000));
  assert.ok(bomb.length < 2000);
  assert.throws(() => inflate(bomb, 65_536), ContractError);
});
