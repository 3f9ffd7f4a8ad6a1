/**
 * What tests/bench/bench_phone.py measures, as functions of a page in a real browser.
 *
 * The app is the real one, on the browser's own database and crypto; only the relay is missing. A
 * desk made here signs a directory, and the app joins it by a bundle file as without a network.
 */
import type { Answers, App } from "../../src/app.ts";
import { browserPlatform } from "../../src/browser.ts";
import { concat, utf8 } from "../../src/bytes.ts";
import { openApp } from "../../src/client.ts";
import { systemClock, weekOf } from "../../src/clock.ts";
import { recipientFor } from "../../src/domain/directory.ts";
import { randomBytes } from "../../src/envelope/entropy.ts";
import { rehearse, seal } from "../../src/envelope/sealing.ts";
import { TransportError } from "../../src/errors.ts";
import { composeReport } from "../../src/report/compose.ts";
import { localSealer, sealFile } from "../../src/sealer.ts";
import { openDirectory } from "../../src/sync/trust.ts";
import { PASSPHRASE_COST } from "../../src/vault_passphrase.ts";
import { encodeFrame, FrameType } from "../../src/wire/frames.ts";
import { encodeReport } from "../../src/wire/report.ts";
import { FakeDesk } from "./fake_desk.ts";
import { FakeRelay } from "./fake_relay.ts";
import { FakeSurroundings } from "./fake_surroundings.ts";

const SENTENCE = "On the road behind the mill we saw three trucks with armed men, number {n}. ";

const nowSeconds = () => systemClock.nowSeconds();
const desk = new FakeDesk(randomBytes, nowSeconds);
const relay = new FakeRelay("https://relay.example/path", randomBytes(32), 20_000);
const signed = desk.directory(1, [relay]);
const directory = openDirectory(signed, desk.rootKey);
const author = randomBytes(32);

function answersOf(textBytes: number, index: number): Answers {
  let text = "";
  for (let n = 0; text.length < textBytes; n += 1) {
    text += SENTENCE.replace("{n}", String(index * 1000 + n));
  }
  return {
    category: "armed_presence",
    text: text.slice(0, textBytes),
    lang: "en",
    source: "saw",
    observedAt: "2026-11-22T23:00:00Z",
    observedPrecision: "hour",
    place: { text: "Behind the mill", latitude: 12.5, longitude: -1.25 },
  };
}

/** Milliseconds of each seal: answers to blob, author's signature and both slots included. */
function sealTimes(textBytes: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const answers = answersOf(textBytes, index);
    const before = performance.now();
    const report = composeReport(answers, [], "2026-11-23T12:00:00Z", { seq: 1, prev: null });
    seal(encodeReport(report), {
      recipient: recipientFor(directory, weekOf(nowSeconds())),
      backup: null,
      deskId: directory.deskId,
      author,
      smallestBytes: 1024,
    });
    return performance.now() - before;
  });
}

async function joinedApp(): Promise<App> {
  const app = await openApp({
    ...browserPlatform(),
    transport: { exchange: () => Promise.reject(new TransportError("no-answer")) },
    sealer: localSealer,
    surroundings: new FakeSurroundings(),
  });
  const invite = encodeFrame(FrameType.INVITE, utf8(relay.invite(desk.rootKey, desk.name)));
  const joining = concat(utf8("TOCSINB1"), invite, encodeFrame(FrameType.DIRECTORY, signed));
  await app.importBundle(new Blob([joining]));
  return app;
}

/** Milliseconds from "save" to "it is on disk", for each of some reports. */
async function saveTimes(textBytes: number, count: number): Promise<number[]> {
  const app = await joinedApp();
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const draft = await app.keepDraft(null, answersOf(textBytes, index));
    const before = performance.now();
    await app.sealDraft(draft.id);
    times.push(performance.now() - before);
  }
  app.close();
  return times;
}

/** Milliseconds to hash, cut, seal and store one file. */
async function attachTime(sizeBytes: number): Promise<number> {
  const app = await joinedApp();
  const draft = await app.keepDraft(null, answersOf(200, 0));
  const file = new File([randomBytes(sizeBytes)], "photo.jpg", { type: "image/jpeg" });
  const before = performance.now();
  await app.attach(draft.id, file);
  const elapsed = performance.now() - before;
  app.close();
  return elapsed;
}

/** Milliseconds to derive the vault's wrapping key from a passphrase, at the cost that is shipped. */
async function passphraseTime(): Promise<number> {
  const before = performance.now();
  await localSealer.passphraseKey("a long walk home", randomBytes(16), PASSPHRASE_COST);
  return performance.now() - before;
}

/** The least that a file's sealing can take: hash, cipher and ids on one thread, nothing kept. */
async function bareSealing(sizeBytes: number): Promise<number> {
  const file = new File([new Uint8Array(sizeBytes)], "photo.jpg");
  const key = randomBytes(32);
  const before = performance.now();
  await sealFile(file, key, 16_384, () => Promise.resolve());
  return performance.now() - before;
}

Object.assign(globalThis, {
  sealTimes,
  saveTimes,
  attachTime,
  bareSealing,
  passphraseTime,
  rehearse,
});
