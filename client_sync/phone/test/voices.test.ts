import assert from "node:assert/strict";
import { test } from "node:test";
import { localVoice } from "../src/voices.ts";

const NETWORK = { lang: "en-GB", localService: false, default: true };
const OWN = { lang: "en-US", localService: true, default: false };
const CHOSEN = { lang: "en_ZA", localService: true, default: true };
const ARABIC = { lang: "ar", localService: true, default: false };

test("a voice of the network is never taken, even where it is the only one", () => {
  assert.equal(localVoice([NETWORK], "en"), null);
  assert.equal(localVoice([NETWORK, OWN], "en"), OWN);
});

test("the phone's own choice goes before its other voices for the language", () => {
  assert.equal(localVoice([OWN, CHOSEN], "en"), CHOSEN);
});

test("a voice reads no other language than its own", () => {
  assert.equal(localVoice([OWN, ARABIC], "fr"), null);
  assert.equal(localVoice([OWN, ARABIC], "ar-SD"), ARABIC);
});
