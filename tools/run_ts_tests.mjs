// Run the TypeScript tests of both projects with Node's own test runner.
//
// Each test file is bundled first, as the browser would get it: Node then needs to understand
// neither TypeScript nor the projects' imports. Tests run from the checkout's root, so that they
// read tests/vectors/ by the same path as the Python tests.

import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
// One folder a run: two people may test at once.
const BUILT = join(ROOT, "build", `ts-tests-${process.pid}`);
const PROJECTS = { phone: "client_sync/phone/test", desk: "server/desk/static/test" };

function testsOf(folder) {
  if (!existsSync(join(ROOT, folder))) return [];
  return readdirSync(join(ROOT, folder), { recursive: true })
    .map((name) => String(name))
    .filter((name) => name.endsWith(".test.ts"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

const only = process.argv.slice(2);
const built = [];
for (const [project, folder] of Object.entries(PROJECTS)) {
  const tests = testsOf(folder).filter(
    (path) => only.length === 0 || only.some((word) => path.includes(word)),
  );
  if (tests.length === 0) continue;
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: tests,
    outdir: join(BUILT, project),
    outbase: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    loader: { ".css": "empty" },
    // Test-only packages that are CommonJS load themselves; ours and the phone's are bundled.
    external: ["fake-indexeddb", "fake-indexeddb/*", "axe-core", "esbuild"],
    logLevel: "warning",
    metafile: true,
  });
  built.push(...Object.keys(metafile.outputs));
}
if (built.length === 0) {
  process.stderr.write(`no TypeScript test matches ${only.join(" ") || "*.test.ts"}\n`);
  process.exit(1);
}
const run = spawnSync(
  process.execPath,
  ["--enable-source-maps", "--test", "--test-reporter=dot", ...built],
  { cwd: ROOT, stdio: "inherit" },
);
rmSync(BUILT, { recursive: true, force: true });
process.exit(run.status ?? 1);
