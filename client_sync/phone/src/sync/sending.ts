/**
 * From what the engine says to the bytes that leave: blobs are read, work or tokens found for them,
 * the commit made up, and the request written.
 */
import { type Bytes, fromHex, hex } from "../bytes.ts";
import { type Clock, weekOf } from "../clock.ts";
import type { MailboxPage, RequestHeader } from "../domain/sync.ts";
import type { Entropy } from "../envelope/entropy.ts";
import { TransportError } from "../errors.ts";
import { MAX_MAILBOX_ENTRIES } from "../generated/constants.ts";
import { RowEdit } from "../outbox/row_edit.ts";
import { moved, type StampNote } from "../outbox/rows.ts";
import type { Sealer } from "../sealer.ts";
import type { Change, Held, Session } from "../session.ts";
import type { VaultContent } from "../vault.ts";
import { boardCursor } from "./board.ts";
import type { Send } from "./engine_actions.ts";
import { type MailboxAsk, mailboxAsk } from "./mailbox.ts";
import { pollClassBytes } from "./padding.ts";
import type { RelayRun } from "./relay_run.ts";
import { deskOf } from "./relays.ts";
import { encodeRequest, type Put } from "./request.ts";
import type { Asked } from "./response.ts";
import { keptStamp, MOST_WORK_BITS, workBits } from "./stamping.ts";
import { bindToken } from "./tokens.ts";
import { type Exchange, lose } from "./verdicts.ts";

interface Blob {
  readonly id: string;
  readonly bytes: Bytes;
  readonly isCarried: boolean;
  /** Made just now, to be kept; null where there was some, or none is asked. */
  readonly made: StampNote | null;
  /** A token is to be bound to it. */
  readonly wantsToken: boolean;
}

export interface Loaded {
  readonly send: Send;
  readonly relay: RelayRun;
  readonly blobs: readonly Blob[];
  /** Ids whose bytes are gone: they can never be sent. */
  readonly gone: readonly string[];
}

/** A request that is on its way. */
export class UnderWay {
  readonly send: Send;
  readonly relay: RelayRun;
  readonly exchange: Exchange;
  readonly asked: Asked;
  readonly mail: MailboxAsk | null;
  readonly body: Bytes;
  readonly abort = new AbortController();

  constructor(loaded: Loaded, exchange: Exchange, mail: MailboxAsk | null, body: Bytes) {
    this.send = loaded.send;
    this.relay = loaded.relay;
    this.exchange = exchange;
    this.mail = mail;
    this.body = body;
    this.asked = {
      relayKey: loaded.relay.line.relayKey,
      puts: exchange.puts.map(fromHex),
      query: exchange.query.map(fromHex),
    };
    if (mail === null) return;
    this.relay.hasAskedMail = true;
    if (mail.report !== null) this.relay.asked.add(mail.report);
  }

  /** The mailbox page did not come: it may be asked for again. */
  forgetMail(): void {
    if (this.mail === null) return;
    this.relay.hasAskedMail = false;
    if (this.mail.report !== null) this.relay.asked.delete(this.mail.report);
  }

  /** What was asked of the mailbox was answered, or only its beginning. */
  noteMail(page: MailboxPage | null): void {
    const isFull = page?.entries.length === MAX_MAILBOX_ENTRIES;
    if (page === null) this.forgetMail();
    else if (isFull && this.mail !== null && this.mail.report !== null) {
      this.relay.asked.delete(this.mail.report);
    }
  }
}

export interface WriterParts {
  readonly session: Session;
  readonly sealer: Pick<Sealer, "stamp">;
  readonly clock: Clock;
  readonly entropy: Entropy;
}

export class Writer {
  private readonly parts: WriterParts;
  private readonly relays: ReadonlyMap<string, RelayRun>;

  constructor(parts: WriterParts, relays: ReadonlyMap<string, RelayRun>) {
    this.parts = parts;
    this.relays = relays;
  }

  /** Read the blobs of a request, and do the work that the relay asks for where none is kept. */
  async loaded(send: Send): Promise<Loaded> {
    const relay = this.relays.get(send.relay);
    if (relay === undefined) throw new TransportError("unknown-relay");
    const blobs: Blob[] = [];
    const gone: string[] = [];
    for (const id of send.puts) {
      const bytes = await this.parts.session.blob(id);
      if (bytes === undefined) gone.push(id);
      else blobs.push(await this.proven(id, bytes, relay));
    }
    return { send, relay, blobs, gone };
  }

  /** What is put on disk before anything leaves: all lanes at once. */
  committed(held: Held, loaded: readonly Loaded[], stopped: readonly UnderWay[]): Change | null {
    const edit = new RowEdit(held.rows);
    for (const { exchange } of stopped) lose(edit, exchange);
    const leaving = loaded.flatMap(({ send, blobs }) => blobs.map((blob) => ({ send, blob })));
    for (const { send, blob } of leaving) markPut(edit, send, blob);
    const content = leaving
      .filter(({ blob }) => blob.wantsToken)
      .reduce(
        (now, { send, blob }) => bindToken(now, send.relay, blob.id)?.content ?? now,
        held.content,
      );
    const drop = loaded.flatMap(({ gone }) => gone);
    const isChanged = content !== held.content;
    if (edit.isEmpty() && drop.length === 0 && !isChanged) return null;
    return { ...edit.change(), drop, ...(isChanged && { content }) };
  }

  /** Write a request of what was committed; the person may have forgotten some of it meanwhile. */
  written(loaded: Loaded, mayAskMail: boolean): UnderWay {
    const { send, relay } = loaded;
    const { content, rows } = this.parts.session.held();
    const kept = loaded.blobs.filter(({ id }) => {
      const state = rows.get(id)?.state;
      return send.isRepeat ? state !== undefined : state === "in_flight";
    });
    // Carried blobs stand behind a COURIER frame, so own ones come first.
    const blobs = [...kept].sort((a, b) => Number(a.isCarried) - Number(b.isCarried));
    const mail = this.mailOf(content, send.relay, relay, mayAskMail);
    const exchange = {
      relay: send.relay,
      puts: blobs.map(({ id }) => id),
      query: send.queries,
      isRepeat: send.isRepeat,
    };
    const body = encodeRequest({
      header: headerOf(content, mail),
      puts: blobs.map((blob) => this.putOf(content, send.relay, blob, relay)),
      query: send.queries.map(fromHex),
      leastClassBytes: blobs.length > 0 ? send.classBytes : pollClassBytes(this.parts.entropy),
    });
    return new UnderWay(loaded, exchange, mail, body);
  }

  private mailOf(
    content: VaultContent,
    key: string,
    relay: RelayRun,
    mayAskMail: boolean,
  ): MailboxAsk | null {
    const report = relay.unasked(content.reports);
    const memory = content.relays[key];
    const isFirst = mayAskMail && !relay.hasAskedMail;
    if (memory === undefined || (!isFirst && report === undefined)) return null;
    return mailboxAsk(report, memory);
  }

  private putOf(content: VaultContent, key: string, blob: Blob, relay: RelayRun): Put {
    const id = fromHex(blob.id);
    const row = this.parts.session.held().rows.get(blob.id);
    const stamp = keptStamp(row, 1, this.parts.clock.nowSeconds());
    const bound = blob.wantsToken ? bindToken(content, key, blob.id) : null;
    const token = bound === null ? null : { id, secret: bound.secret };
    const keptBytes = relay.keptBytes(blob.id, blob.bytes.length);
    return { id, blob: blob.bytes, carried: blob.isCarried, stamp, token, keptBytes };
  }

  private async proven(id: string, bytes: Bytes, relay: RelayRun): Promise<Blob> {
    const { session, clock, sealer } = this.parts;
    const { content, rows } = session.held();
    const row = rows.get(id);
    const bits = relay.workBits;
    const isCarried = row?.kind === "courier";
    const isMissing =
      bits > 0 && bits <= MOST_WORK_BITS && keptStamp(row, bits, clock.nowSeconds()) === null;
    const key = hex(relay.line.relayKey);
    const wantsToken = isMissing && bindToken(content, key, id) !== null;
    if (!isMissing || wantsToken) return { id, bytes, isCarried, made: null, wantsToken };
    const week = weekOf(clock.nowSeconds());
    const most = Math.min(Math.max(bits, workBits(content)), MOST_WORK_BITS);
    const nonce = await sealer.stamp(fromHex(id), week, most);
    return { id, bytes, isCarried, made: { week, nonce, bits: most }, wantsToken };
  }
}

/** Note on the row what is about to leave, and the work that was done for it. */
function markPut(edit: RowEdit, send: Send, blob: Blob): void {
  const row = edit.get(blob.id);
  if (row === undefined) return;
  const worked = blob.made === null ? row : { ...row, stamp: blob.made };
  if (send.isRepeat) {
    if (worked !== row) edit.set(worked);
    return;
  }
  const loose = worked.state === "in_flight" ? moved(worked, "lost") : worked;
  if (loose.state !== "queued" && loose.state !== "in_doubt") return;
  edit.set(moved(loose, "put", { relay: send.relay }));
}

function headerOf(content: VaultContent, mail: MailboxAsk | null): RequestHeader {
  return {
    directoryVersion: deskOf(content)?.directory?.version ?? 0,
    boardCursor: boardCursor(content.board, content.reports.length > 0),
    mailboxPrefix: mail?.prefix ?? 0,
    mailboxCursor: mail?.cursor ?? 0,
    wantsMailbox: mail !== null,
  };
}
