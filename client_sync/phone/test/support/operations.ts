/** What each operation of tests/vectors/ means on the phone: fields in, fields out, or a ContractError. */

import arabic from "../../../../schemas/fingerprint/ar.json";
import english from "../../../../schemas/fingerprint/en.json";
import french from "../../../../schemas/fingerprint/fr.json";
import { readBundle } from "../../src/bundle/reader.ts";
import { type Bytes, fromHex, hex, textOf, utf8 } from "../../src/bytes.ts";
import { dayOf, weekOf } from "../../src/clock.ts";
import type { BridgeLine } from "../../src/domain/directory.ts";
import { recipientFor } from "../../src/domain/directory.ts";
import { padme, planChunks } from "../../src/domain/lengths.ts";
import { chunkTag, sealChunk } from "../../src/envelope/chunks.ts";
import { ackTag, mailboxAddress, openReply } from "../../src/envelope/derived.ts";
import type { Entropy } from "../../src/envelope/entropy.ts";
import { type DerivedKeys, deriveKeys, deskIdOf, envelopeIdOf } from "../../src/envelope/keys.ts";
import { deflate } from "../../src/envelope/padding.ts";
import { seal, sealPacked } from "../../src/envelope/sealing.ts";
import {
  pageHash,
  unpackDirectory,
  verifyChain,
  verifyHave,
  verifyPage,
  verifyReceipt,
} from "../../src/envelope/signing.ts";
import { sealSms, sealSmsPacked } from "../../src/envelope/sms.ts";
import { stampBits } from "../../src/envelope/stamps.ts";
import { tokensOf } from "../../src/envelope/tokens.ts";
import { fingerprintWords, listOf } from "../../src/fingerprint.ts";
import { MAX_REQUEST_PAYLOAD_BYTES } from "../../src/generated/constants.ts";
import { coefficients } from "../../src/symbols/erasure.ts";
import { smsTexts } from "../../src/symbols/sms_text.ts";
import {
  bundleWriter,
  decodeSymbol,
  encodeSymbol,
  finishedBundle,
  readCode,
  SymbolReader,
} from "../../src/symbols/symbols.ts";
import { acceptDirectory, openDirectory } from "../../src/sync/trust.ts";
import { decodePage } from "../../src/wire/board.ts";
import { decode, type JsonValue } from "../../src/wire/canonical.ts";
import { requestClassBytes, requestPadding } from "../../src/wire/classes.ts";
import { decodeDirectory } from "../../src/wire/directory.ts";
import {
  decodeHave,
  decodeMailbox,
  decodePolicy,
  decodeProblem,
  decodeReceipt,
  decodeResponseHeader,
  encodeRequestHeader,
  encodeToken,
  packBitmap,
} from "../../src/wire/exchange.ts";
import { decodeFrames } from "../../src/wire/frames.ts";
import { formatBridgeLine, parseBridgeLine, parseInvite } from "../../src/wire/invite.ts";
import { decodeBegun, encodeAnnounce, encodeRest } from "../../src/wire/parts.ts";
import { decodeReply } from "../../src/wire/reply.ts";
import { decodeReport, encodeReport } from "../../src/wire/report.ts";
import { decodeAnnounce, decodeRest } from "./beginnings.ts";
import { encodeReply, openChunk, openEnvelope, sealReply } from "./desk_side.ts";
import { believed } from "./evidence_operations.ts";
import { FORM_OPERATIONS } from "./form_operations.ts";
import { PLACE_OPERATIONS } from "./place_operations.ts";
import {
  decodeIds,
  decodeRequestHeader,
  decodeStamp,
  decodeToken,
  envelopeIdOfText,
  tokenHash,
} from "./relay_side.ts";
import { releaseDecoded } from "./releases.ts";
import { collectSms } from "./sms_side.ts";

const WORD_LISTS = { ar: arabic, en: english, fr: french };

// A vector's fields are whatever its operation says they are; each operation reads its own.
// biome-ignore lint/suspicious/noExplicitAny: see above
type Given = any;
type Out = Record<string, unknown>;

/** An entropy source that gives back what a vector recorded. */
export function replay(recorded: string): Entropy {
  let rest = fromHex(recorded);
  return (count) => {
    const taken = new Uint8Array(count);
    taken.set(rest.subarray(0, count));
    rest = rest.slice(count);
    return taken;
  };
}

function keyFields(keys: DerivedKeys): Out {
  return { ack_key: hex(keys.ack), mbx_key: hex(keys.mailbox), reply_key: hex(keys.reply) };
}

function open(given: Given): Out {
  const identities = given.identities.map((each: Given) => ({
    week: each.week,
    secret: fromHex(each.secret),
    slots: each.slots,
  }));
  const opened = openEnvelope(fromHex(given.blob), fromHex(given.desk_id), identities);
  return {
    id: hex(opened.id),
    json: textOf(opened.json),
    author: opened.author && hex(opened.author),
    week: opened.week,
    ...keyFields(opened.keys),
  };
}

function sealOptions(given: Given) {
  const { recipient, backup } = given;
  return {
    recipient: { ...recipient, key: fromHex(recipient.key) },
    backup: backup && { ...backup, key: fromHex(backup.key) },
    deskId: fromHex(given.desk_id),
    author: given.author_seed && fromHex(given.author_seed),
    smallestBytes: given.smallest_bytes,
    entropy: replay(given.entropy),
  };
}

function sealed(given: Given): Out {
  const json = utf8(given.json);
  // The phone's own packing must be refused or taken like the recorded one ...
  seal(json, sealOptions(given));
  // ... and around the recorded one every byte must be the same.
  const made = sealPacked(json, fromHex(given.deflated), sealOptions(given));
  return { blob: hex(made.blob), id: hex(made.id), ...keyFields(made.keys) };
}

function accept(given: Given): Out {
  const root = fromHex(given.pinned_root);
  const signed = fromHex(given.signed);
  const held = given.held === null ? null : fromHex(given.held);
  if (held !== null) openDirectory(held, root);
  const directory = acceptDirectory(signed, root, held) ?? openDirectory(signed, root);
  return { version: directory.version, json: textOf(unpackDirectory(signed).json) };
}

function line(bridge: BridgeLine): Out {
  return {
    url: bridge.url,
    relay_key: hex(bridge.relayKey),
    root_key: bridge.rootKey && hex(bridge.rootKey),
    name: bridge.name,
    extra: bridge.extra.map((pair) => [...pair]),
    line: formatBridgeLine(bridge),
  };
}

function fingerprint(given: Given): Out {
  const list = WORD_LISTS[given.language as keyof typeof WORD_LISTS];
  return { words: fingerprintWords(fromHex(given.desk_id), listOf(list)) };
}

function requestHeader(given: Given): Out {
  const header = decodeRequestHeader(fromHex(given.bytes));
  return {
    directory_version: header.directoryVersion,
    board_cursor: header.boardCursor,
    mailbox_prefix: header.mailboxPrefix,
    mailbox_cursor: header.mailboxCursor,
    is_desk: header.isDesk,
    wants_mailbox: header.wantsMailbox,
    // A phone never writes a desk's request.
    written: header.isDesk ? given.bytes : hex(encodeRequestHeader(header)),
  };
}

function requestClass(given: Given): Out {
  const classBytes = requestClassBytes(given.size_bytes);
  const padding = requestPadding(given.size_bytes, classBytes);
  const frames = decodeFrames(padding, MAX_REQUEST_PAYLOAD_BYTES);
  const payloads = frames.map(({ payload }) => payload.length);
  return { class_bytes: classBytes, pad_payloads_bytes: payloads };
}

function token(given: Given): Out {
  const read = decodeToken(fromHex(given.payload));
  return { id: hex(read.id), secret: hex(read.secret), written: hex(encodeToken(read)) };
}

function tokens(given: Given): Out {
  const made = tokensOf(fromHex(given.reply_key), fromHex(given.relay_key));
  return { tokens: made.map(hex), hashes: made.map((one) => hex(tokenHash(one))) };
}

function mailbox(given: Given): Out {
  const { bits, prefix, cursor, entries } = decodeMailbox(fromHex(given.payload));
  const shown = entries.map(({ address, cipher }) => ({ addr: hex(address), cipher: hex(cipher) }));
  return { bits, prefix, cursor, entries: shown };
}

function receipt(given: Given): Out {
  const read = decodeReceipt(fromHex(given.payload));
  verifyReceipt(fromHex(given.relay_key), given.ids.map(fromHex), read);
  return { day: read.day, until_day: read.untilDay, statuses: read.statuses };
}

function have(given: Given): Out {
  const read = decodeHave(fromHex(given.payload));
  verifyHave(fromHex(given.relay_key), given.ids.map(fromHex), read, packBitmap(read.held));
  return { day: read.day, until_day: read.untilDay, held: read.held.slice(0, given.ids.length) };
}

function page(given: Given): Out {
  const raw = fromHex(given.page);
  const read = decodePage(raw);
  verifyPage(fromHex(given.board_key), fromHex(given.desk_id), raw);
  verifyChain(read, { seq: given.last_seq, hash: fromHex(given.last_hash) });
  return { seq: read.seq, day: read.day, tags: read.tags.map(hex), hash: hex(pageHash(raw)) };
}

function bundle(given: Given): Out {
  const read = readBundle(fromHex(given.bytes));
  return {
    invite: read.invite?.url ?? null,
    directory: read.directory && hex(read.directory),
    ids: read.blobs.map((blob) => hex(envelopeIdOf(blob))),
    pages: read.pages.length,
    truncated: read.truncated,
    damaged: read.damaged,
    refused: read.refused,
  };
}

function shown(given: Given): Out {
  const writer = bundleWriter(fromHex(given.bundle), given.symbol_bytes);
  return { symbols: given.indices.map((index: number) => hex(writer.symbol(index))) };
}

function collected(given: Given): Out {
  const symbols = given.symbols.map((symbol: string) => decodeSymbol(fromHex(symbol)));
  const reader = new SymbolReader(symbols[0]);
  for (const symbol of symbols) reader.add(symbol);
  return { bundle: hex(finishedBundle(reader)) };
}

function smsOptions(given: Given) {
  const recipient = { week: 0, suite: 1, slots: 2, key: fromHex(given.recipient) };
  return { recipient, deskId: fromHex(given.desk_id), entropy: replay(given.entropy) };
}

function sealedSms(given: Given): Out {
  // The phone's own packing must be refused or taken like the recorded one ...
  sealSms(utf8(given.json), smsOptions(given));
  // ... and around the recorded one every byte must be the same.
  const made = sealSmsPacked(fromHex(given.deflated), smsOptions(given));
  return { blob: hex(made.blob), id: hex(made.id), ...keyFields(made.keys) };
}

function symbol(given: Given): Out {
  const { pieces, index, tag, payload } = decodeSymbol(fromHex(given.bytes));
  return { pieces, index, tag: hex(tag), payload: hex(payload) };
}

function sealedChunk(given: Given): Out {
  const plan = planChunks(given.size_bytes, given.class);
  return { blob: hex(sealChunk(fromHex(given.key), given.index, plan, fromHex(given.data))) };
}

function chunkTags(given: Given): Out {
  const key = fromHex(given.key);
  const tag = (_: unknown, index: number) => hex(chunkTag(key, index, given.n));
  return { tags: Array.from({ length: given.n }, tag) };
}

function sealedReply(given: Given): Out {
  const address = mailboxAddress(fromHex(given.mbx_key), given.week);
  const packed = given.deflated ? fromHex(given.deflated) : deflate(utf8(given.json));
  const cipher = sealReply(fromHex(given.reply_key), address, packed, replay(given.entropy));
  return { addr: hex(address), cipher: hex(cipher) };
}

function openedReply(given: Given): Out {
  const [key, address, cipher] = [given.reply_key, given.addr, given.cipher].map(fromHex) as [
    Bytes,
    Bytes,
    Bytes,
  ];
  return { json: textOf(openReply(key, address, cipher)) };
}

export const OPERATIONS: Readonly<Record<string, (given: Given) => Out>> = {
  "envelope open": open,
  "envelope seal": sealed,
  "derived ack_tag": (given) => ({ tag: hex(ackTag(fromHex(given.ack_key), given.status)) }),
  "derived mailbox_address": (given) => ({
    addr: hex(mailboxAddress(fromHex(given.mbx_key), given.week)),
  }),
  "derived week_of": (given) => ({
    week: weekOf(given.unix_seconds),
    day: dayOf(given.unix_seconds),
  }),
  "derived padme": (given) => ({ padded: given.lengths.map(padme) }),
  "derived desk_id": (given) => ({ desk_id: hex(deskIdOf(fromHex(given.root))) }),
  "derived derive_keys": (given) => keyFields(deriveKeys(fromHex(given.cek))),
  "derived stamp": (given) => {
    const { id, week, nonce } = decodeStamp(fromHex(given.payload));
    return { bits: stampBits(id, week, nonce) };
  },
  "derived tokens": tokens,
  "derived report_id": (given) => ({ id: hex(envelopeIdOfText(given.text)) }),
  "chunks plan": (given) => ({ n: planChunks(given.size_bytes, given.class).chunkCount }),
  "chunks chunk_tags": chunkTags,
  "chunks seal_chunk": sealedChunk,
  "chunks open_chunk": (given) => ({
    data: hex(openChunk(fromHex(given.key), given.index, given.n, fromHex(given.blob))),
  }),
  "canonical decode": (given) => ({ value: decode(fromHex(given.bytes)) as JsonValue }),
  "report decode": (given) => ({
    json: textOf(encodeReport(decodeReport(utf8(given.json)))),
  }),
  "reply decode": (given) => ({ json: textOf(encodeReply(decodeReply(utf8(given.json)))) }),
  "reply seal": sealedReply,
  "reply open": openedReply,
  "directory accept": accept,
  "directory recipient": (given) => ({
    week: recipientFor(decodeDirectory(utf8(given.json)), given.week).week,
  }),
  "fingerprint words": fingerprint,
  ...FORM_OPERATIONS,
  "evidence believe": believed,
  "release decode": releaseDecoded,
  ...PLACE_OPERATIONS,
  "invite parse_invite": (given) => line(parseInvite(given.text)),
  "invite parse_bridge_line": (given) => line(parseBridgeLine(given.text)),
  "frames frames": (given) => ({
    frames: decodeFrames(fromHex(given.bytes), given.max_payload_bytes).map((frame) => ({
      type: frame.type,
      payload: hex(frame.payload),
    })),
  }),
  "frames request_class": requestClass,
  "frames token": token,
  "frames announce": (given) => ({
    tags: decodeAnnounce(fromHex(given.payload)).map(hex),
    written: hex(encodeAnnounce(given.ids.map(fromHex))),
  }),
  "frames rest": (given) => {
    const rest = decodeRest(fromHex(given.payload));
    const { id, offsetBytes, content } = rest;
    const written = hex(encodeRest(rest));
    return { id: hex(id), offset_bytes: offsetBytes, content: hex(content), written };
  },
  "frames begun": (given) => ({
    begun: [...decodeBegun(fromHex(given.payload))].map(([place, kept]) => ({
      place,
      kept_bytes: kept,
    })),
  }),
  "frames request_header": requestHeader,
  "frames response_header": (given) => {
    const { day, boardHead } = decodeResponseHeader(fromHex(given.bytes));
    return { day, board_head: boardHead };
  },
  "frames ids": (given) => ({ ids: decodeIds(fromHex(given.payload)).map(hex) }),
  "frames policy": (given) => {
    const policy = decodePolicy(fromHex(given.payload));
    return {
      work_bits: policy.workBits,
      max_batch_bytes: policy.maxBatchBytes,
      retry_after_seconds: policy.retryAfterSeconds,
    };
  },
  "frames mailbox": mailbox,
  "frames problem": (given) => ({ ...decodeProblem(fromHex(given.payload)) }),
  "receipts receipt": receipt,
  "receipts have": have,
  "board page": page,
  "bundle read": bundle,
  "sms seal": sealedSms,
  "sms open": open,
  "sms texts": (given) => ({ texts: smsTexts(fromHex(given.blob)) }),
  "sms collect": (given) => ({ blob: hex(collectSms(given.texts)) }),
  "symbols coefficients": ({ tag, pieces, index }) => ({
    coefficients: hex(coefficients(fromHex(tag), pieces, index)),
  }),
  "symbols show": shown,
  "symbols collect": collected,
  "symbols symbol": symbol,
  "symbols code": (given) => ({ symbol: hex(encodeSymbol(readCode(given.text))) }),
};
