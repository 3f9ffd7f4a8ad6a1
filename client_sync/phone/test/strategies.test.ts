import assert from "node:assert/strict";
import { test } from "node:test";
import { appFileFor, SYNC_TAG, syncSomewhere } from "../src/sw/strategies.ts";

const SCOPE = "https://relay.example/app/";
const RELEASE = {
  name: "one",
  files: [
    { url: "./", keep: "install" },
    { url: "main-ABC.js", keep: "install" },
    { url: "icons/app.svg", keep: "later" },
  ],
} as const;

function fileFor(url: string, change: Partial<Request> = {}): string | undefined {
  const request = { method: "GET", mode: "no-cors", url, ...change } as Request;
  return appFileFor(request, SCOPE, RELEASE);
}

test("the app's own files come from the store", () => {
  assert.equal(fileFor(`${SCOPE}main-ABC.js`), "main-ABC.js");
  assert.equal(fileFor(`${SCOPE}icons/app.svg?x=1`), "icons/app.svg");
});

test("the app opens without a network, by its address with or without an invite", () => {
  assert.equal(fileFor(SCOPE, { mode: "navigate" }), "./");
  assert.equal(fileFor(`${SCOPE}?from=home`, { mode: "navigate" }), "./");
});

test("what goes to a relay, or comes from one, passes the service worker by", () => {
  assert.equal(
    fileFor("https://relay.example/rl5_zD1KObANRCITW4Ox7g", { method: "POST" }),
    undefined,
  );
  assert.equal(fileFor(`${SCOPE}main-ABC.js`, { method: "POST" }), undefined);
  assert.equal(fileFor("https://relay.example/rl5_zD1KObANRCITW4Ox7g"), undefined);
  assert.equal(fileFor("https://other.example/app/main-ABC.js"), undefined);
});

test("a file that is none of the release's is not answered from the store", () => {
  assert.equal(fileFor(`${SCOPE}main-XYZ.js`), undefined);
  assert.equal(fileFor(`${SCOPE}release.json`), undefined);
});

test("an open page is told and does the sync itself", async () => {
  const told: string[] = [];
  const page = { postMessage: (message: string) => void told.push(message) };
  const withoutPage = () => Promise.reject(new Error("not asked"));
  await syncSomewhere({ matchAll: () => Promise.resolve([page]) }, withoutPage);
  assert.deepEqual(told, [SYNC_TAG]);
});

test("without a page the sync is done here, and asks to be woken again when something is left", async () => {
  const nobody = { matchAll: () => Promise.resolve([]) };
  await syncSomewhere(nobody, () => Promise.resolve(true));
  await assert.rejects(syncSomewhere(nobody, () => Promise.resolve(false)));
});
