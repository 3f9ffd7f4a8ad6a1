import assert from "node:assert/strict";
import { test } from "node:test";
import { type App, type ImportSummary, PhoneError, type SyncSummary } from "../src/app.ts";
import { CATEGORIES } from "../src/generated/constants.ts";
import { keyOf, languages, speak } from "../src/i18n.ts";
import { importWords } from "../src/views/imported.ts";
import { DraftKeeper } from "../src/views/keeper.ts";
import { summaryWords } from "../src/views/link.ts";
import { missingAnswer } from "../src/views/questions.ts";
import { categoryWord, fingerprintGroups, sizeWords } from "../src/views/words.ts";
import { joined, refusedWith } from "./support/app.ts";
import { answers, World } from "./support/surroundings.ts";

const silent = (): void => undefined;

function keeperOf(app: App): DraftKeeper {
  return new DraftKeeper(app, null, app.emptyAnswers(), silent);
}

test("fast typing leaves one draft with the last words", async () => {
  const app = await joined(new World());
  const keeper = keeperOf(app);
  for (const text of ["T", "Tw", "Two", "Two trucks"]) keeper.change({ text });
  const draftId = await keeper.settled();
  assert.deepEqual(
    app.drafts().map((draft) => [draft.id, draft.answers.text]),
    [[draftId, "Two trucks"]],
  );
});

test("a save that fails is told, keeps the words, and is made up for by the next", async () => {
  const app = await joined(new World());
  let isFull = true;
  const full = Object.create(app) as App;
  full.keepDraft = (id, kept) =>
    isFull ? Promise.reject(new PhoneError("storage-refused")) : app.keepDraft(id, kept);
  const keeper = keeperOf(full);
  keeper.change({ text: "Two trucks" });
  assert.equal(await refusedWith(keeper.settled()), "storage-refused");
  assert.ok(keeper.problem instanceof PhoneError);
  assert.equal(keeper.answers.text, "Two trucks");

  isFull = false;
  keeper.change({ place: { text: "Mill street" } });
  await keeper.settled();
  assert.equal(keeper.problem, null);
  assert.equal(app.drafts()[0]?.answers.text, "Two trucks");
});

test("a page left without an answer leaves no draft, with an answer it leaves one", async () => {
  const app = await joined(new World());
  const empty = keeperOf(app);
  empty.change({ source: "saw" });
  await empty.settled();
  await empty.dropIfEmpty();
  assert.equal(app.drafts().length, 0);

  const begun = keeperOf(app);
  begun.change({ category: "taken" });
  await begun.settled();
  await begun.dropIfEmpty();
  assert.equal(app.drafts().length, 1);
});

test("the first missing answer is named, in the order of the page", () => {
  const whole = answers({
    category: "taken",
    text: "Two trucks",
    observedAt: "2026-01-02T03:04:05Z",
  });
  const named = (change: Partial<typeof whole>) => missingAnswer({ ...whole, ...change })?.fieldId;
  assert.equal(named({}), undefined);
  assert.equal(named({ observedAt: null }), "when");
  assert.equal(named({ observedAt: null, text: " \n" }), "text");
  assert.equal(named({ observedAt: null, text: "", category: null }), "category");
});

const NOTHING: SyncSummary = {
  sent: 0,
  receipts: 0,
  acknowledged: 0,
  replies: 0,
  bytesUp: 0,
  bytesDown: 0,
  roundTrips: 0,
  ended: "done",
};

test("what sending brought is said plainly and never as a failure", () => {
  assert.equal(summaryWords(NOTHING), "Checked just now. Nothing new.");
  assert.equal(
    summaryWords({ ...NOTHING, receipts: 2, acknowledged: 1 }),
    "2 sealed pieces handed over. The desk confirmed 1 report.",
  );
  const cut = summaryWords({ ...NOTHING, ended: "unreachable" });
  assert.match(cut, /Nothing is lost/);
  assert.doesNotMatch(cut, /fail|error/i);
  assert.match(summaryWords({ ...NOTHING, receipts: 1, ended: "unreachable" }), /^1 sealed piece/);
});

const NOTHING_BROUGHT: ImportSummary = {
  carried: 0,
  known: 0,
  acknowledged: 0,
  directoryUpdated: false,
  joined: false,
  incomplete: false,
};

test("what a file brought is said plainly, a cut one too", () => {
  assert.equal(importWords(NOTHING_BROUGHT), "It held nothing new.");
  assert.equal(
    importWords({ ...NOTHING_BROUGHT, carried: 1, incomplete: true }),
    "1 sealed piece taken to be carried. The file was damaged or cut short; what could be read was taken.",
  );
});

test("a fingerprint is shown in eight groups of four", () => {
  const groups = fingerprintGroups("0123456789abcdef0123456789abcdef");
  assert.deepEqual(groups, ["0123", "4567", "89ab", "cdef", "0123", "4567", "89ab", "cdef"]);
});

test("sizes are said as people say them", () => {
  assert.equal(sizeWords(640_000), "640 kB");
  assert.equal(sizeWords(2_412_000), "2.4 MB");
  assert.equal(sizeWords(26_214_400), "26 MB");
});

test("the key of a sentence is the one that the catalogues are made with", () => {
  // The same three stand in tests/unit/tools/test_messages.py.
  assert.deepEqual(["", "Write a report", "Kiswahili 🌍"].map(keyOf), [
    "ztntfp",
    "1sp6aib",
    "77rtu9",
  ]);
});

test("every kind of report is called by one word of its own, in every language", async () => {
  for (const { language } of languages()) {
    await speak(language);
    const words = CATEGORIES.map(categoryWord);
    assert.deepEqual(
      words.filter((word) => /\s|^$/.test(word)),
      [],
    );
    assert.equal(new Set(words).size, CATEGORIES.length);
  }
  await speak("en");
});
