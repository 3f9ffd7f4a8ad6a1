// Check the types of every TypeScript project: each tsconfig*.json that is not the shared base.

import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const FOLDERS = ["client_sync/phone", "server/desk/static"];

let failed = false;
for (const folder of FOLDERS) {
  const projects = readdirSync(join(ROOT, folder)).filter((name) =>
    /^tsconfig.*\.json$/.test(name),
  );
  if (projects.length === 0) throw new Error(`${folder} has no tsconfig.json`);
  for (const project of projects.sort()) {
    const compiler = join(ROOT, "node_modules", "typescript", "bin", "tsc");
    const run = spawnSync(process.execPath, [compiler, "-p", join(folder, project)], {
      cwd: ROOT,
      stdio: "inherit",
    });
    failed ||= run.status !== 0;
  }
}
process.exit(failed ? 1 : 0);
