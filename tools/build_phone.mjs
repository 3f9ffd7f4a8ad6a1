// Build the phone app into client_sync/phone/dist.
//
// Theory of operation: everything a page loads gets its content's hash into its name, so that a
// cache can keep it for ever and an update replaces whole files or nothing. Page, worker and the
// background sync are one set of modules: what two of them need is one file, which comes over the
// line once. What a first visit needs lies there once more as packs, cut into pieces, which the loader
// brings. The service worker keeps its plain name (a browser finds updates by it) and carries the
// list of files that make up the app. Text lies beside its brotli and gzip copies, so that a web
// server sends the smallest without work. The same app is also written as one file, for a phone
// that has it from another one. No date, path or random name enters a file: the same sources give
// the same bytes (tests/unit/tools/test_phone_build.py), and `release.json` holds the hashes that a
// signed directory names.

import { mkdirSync, rmSync } from "node:fs";
import { coreBytes, firstLoadBytes, installBytes, installedBytes } from "./phone_build/budgets.mjs";
import { buildLoader } from "./phone_build/loader.mjs";
import { buildModules } from "./phone_build/modules.mjs";
import { ONE_FILE, writeOneFile } from "./phone_build/one_file.mjs";
import { writePacks } from "./phone_build/packs.mjs";
import { writePage, writePublic } from "./phone_build/page.mjs";
import { DIST } from "./phone_build/places.mjs";
import { hashedFiles, writeCompressed, writeRelease } from "./phone_build/release.mjs";
import { buildServiceWorker } from "./phone_build/service_worker.mjs";

const kibibytes = (bytes) => `${(bytes / 1024).toFixed(1)} KiB`;

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST, { recursive: true });
const renamed = writePublic();
const modules = await buildModules(renamed.get("icons.svg"));
const packs = writePacks(modules);
const { loader, release } = await buildLoader(modules, packs);
writePage(modules, loader, renamed);
await buildServiceWorker(modules, loader, release);
const hashed = hashedFiles();
await writeOneFile(hashed.release);
writeRelease(hashed, ONE_FILE);
const first = kibibytes(firstLoadBytes(packs, loader));
const installed = kibibytes(installedBytes(ONE_FILE));
writeCompressed();
process.stdout.write(
  `phone app: ${first} first load (core ${kibibytes(await coreBytes())}), installed ${installed}; ` +
    `with brotli ${kibibytes(installBytes(packs, loader))} until it opens without a network; ` +
    `release ${hashed.release.slice(0, 16)}\n`,
);
