import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answered,
  inOrder,
  leftOver,
  meant,
  sealable,
  takenOut,
  troubleIn,
} from "../src/answering.ts";
import type { AnswerValue, FilledForm } from "../src/domain/answers.ts";
import type { Form, Question } from "../src/domain/forms.ts";
import { PhoneError } from "../src/errors.ts";
import { askedFor, inForce } from "../src/forms.ts";
import { joined, refusedWith } from "./support/app.ts";
import { saveReport } from "./support/saving.ts";
import { answers, World } from "./support/surroundings.ts";

const [conduct] = inForce([]) as [Form];

function questionOf(key: string, form = conduct): Question {
  const found = form.questions.find((question) => question.key === key);
  assert.ok(found, key);
  return found;
}

function after(
  ...steps: readonly (readonly [string, AnswerValue | null])[]
): readonly FilledForm[] {
  return steps.reduce<readonly FilledForm[]>(
    (filled, [key, value]) => answered(conduct, filled, key, value),
    [],
  );
}

const held = (filled: readonly FilledForm[]) => filled[0]?.answers ?? {};

function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof PhoneError) return error.slug;
    throw error;
  }
  return "not refused";
}

/** A desk's own questions about conduct: `done` is gone, `weapon` is new. */
const OWN = {
  v: 1,
  key: "conduct",
  version: 1000,
  categories: ["attack"],
  title: { en: "Armed men" },
  questions: [
    { key: "unit", type: "text", label: { en: "Which brigade?" }, most: 20 },
    { key: "weapon", type: "yes_no", label: { en: "Armed?" }, required: true },
  ],
};

test("an answer whose question is hidden by another is let go of", () => {
  const filled = after(["ordered", "yes"], ["ordered_by", "the major"], ["ordered", "no"]);
  assert.deepEqual(held(filled), { ordered: "no" });
});

test("the last answer taken back leaves nothing of the form", () => {
  assert.deepEqual(after(["who", "army"], ["who", null]), []);
  assert.deepEqual(takenOut(after(["who", "army"], ["insignia", "red"]), "conduct"), []);
});

test("several choices stand in the order of the options, whatever the order of pressing", () => {
  assert.deepEqual(inOrder(questionOf("done"), ["looted", "killed"]), ["killed", "looted"]);
  assert.equal(inOrder(questionOf("done"), []), null);
});

test("numbers are read in the digits of the phone's script, and other words are kept as typed", () => {
  const number = questionOf("affected");
  const read = ["20", " 20 ", "٢٠", "۲۰", "२०", "২০", "about 20", "-1", "2.5", "12345678901"];
  assert.deepEqual(
    read.map((typed) => meant(number, typed)),
    [20, 20, 20, 20, 20, 20, "about 20", "-1", "2.5", "12345678901"],
  );
  assert.equal(meant(number, "  "), null);
  assert.equal(meant(questionOf("unit"), "٢٠"), "٢٠");
});

test("a form with nothing in it is in nobody's way, with anything in it what is needed is named", () => {
  assert.equal(troubleIn(conduct, {}), null);
  assert.deepEqual(troubleIn(conduct, { insignia: "red" }), {
    question: questionOf("who"),
    kind: "lacking",
  });
  const whole = { who: "army", done: ["beat"] };
  assert.equal(troubleIn(conduct, whole), null);
  assert.equal(troubleIn(conduct, { ...whole, affected: "about 20" })?.kind, "unfit");
  assert.equal(troubleIn(conduct, { ...whole, insignia: "x".repeat(201) })?.kind, "unfit");
  assert.equal(troubleIn(conduct, { ...whole, insignia: `${"x".repeat(200)}  ` }), null);
});

test("a question may be called like what every object has", () => {
  const odd = { ...conduct, questions: [{ ...questionOf("who"), key: "constructor" }] };
  assert.equal(troubleIn(odd, { elsewhere: "x" })?.kind, "lacking");
});

test("a desk's own questions take the place of the bundled ones and leave the others", () => {
  const keys = (own: readonly unknown[]) =>
    askedFor(inForce(own), "attack").map(({ key, version }) => `${key} ${version}`);
  assert.deepEqual(keys([]), ["conduct 1", "affected 1"]);
  assert.deepEqual(keys([OWN]), ["conduct 1000", "affected 1"]);
  assert.deepEqual(keys([{ ...OWN, questions: [] }]), ["conduct 1", "affected 1"]);
});

test("under new questions the old answers stay until they are taken out", () => {
  const own = inForce([OWN])[0] as Form;
  const old = after(["who", "army"], ["unit", "the third"], ["done", ["beat"]]);
  assert.deepEqual(leftOver(own, held(old)), { who: "army", done: ["beat"] });
  const renewed = answered(own, old, "weapon", "yes");
  assert.equal(renewed[0]?.version, 1000);
  assert.deepEqual(held(renewed), {
    unit: "the third",
    weapon: "yes",
    who: "army",
    done: ["beat"],
  });
  const cleared = takenOut(takenOut(renewed, "conduct", "who"), "conduct", "done");
  assert.deepEqual(held(cleared), { unit: "the third", weapon: "yes" });
});

test("answers given to other questions than those in force are sealed as they were given", () => {
  const forms = after(["insignia", " red "]);
  assert.deepEqual(sealable(answers({ forms }), [OWN]).forms, [
    { key: "conduct", version: 1, answers: { insignia: "red" } },
  ]);
  assert.equal(
    refusal(() => sealable(answers({ forms }), [])),
    "answer-lacking",
  );
});

test("a fifth list of answers is refused before it is sealed", () => {
  const forms = ["a", "b", "c", "d", "e"].map((key) => ({ key, version: 1, answers: { q: "x" } }));
  assert.equal(
    refusal(() => sealable(answers({ forms }), [])),
    "too-many-forms",
  );
});

test("answers travel sealed in the report, and the desk reads each of them", async () => {
  const world = new World();
  const app = await joined(world);
  const given = { who: "army", unit: "the third", done: ["killed", "looted"], affected: 12 };
  const people = { people: ["women", "children"] };
  const forms = [
    { key: "conduct", version: 1, answers: given },
    { key: "affected", version: 1, answers: people },
  ];
  await saveReport(app, answers({ forms }), []);
  await app.syncNow();
  world.desk.pull(world.relays);
  const [received] = [...world.desk.received.values()];
  assert.deepEqual(received?.report.forms, forms);
});

test("a report whose answers do not do stays a draft with all that was typed", async () => {
  const app = await joined(new World());
  const forms = [{ key: "conduct", version: 1, answers: { affected: "about 20" } }];
  const { id } = await app.keepDraft(null, answers({ forms }));
  assert.equal(await refusedWith(app.sealDraft(id)), "answer-lacking");
  assert.deepEqual(app.drafts()[0]?.answers.forms, forms);
});

test("a new directory brings its questions to a phone that has joined", async () => {
  const world = new World();
  const app = await joined(world);
  assert.equal((await app.forms())[0]?.version, 1);
  world.desk.publishDirectory(2, world.relays, { forms: [OWN], formsVersion: 2 });
  await app.syncNow();
  assert.equal(app.desk()?.directoryVersion, 2);
  assert.equal((await app.forms())[0]?.version, 1000);
});
