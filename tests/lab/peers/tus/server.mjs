// Peer `tus`, its server: the real @tus/server over the real @tus/file-store.
//
// Usage: node server.mjs PORT FOLDER      (port 0 takes a free one; a line of JSON names it)
//
// Finished uploads are written to FOLDER/finished as "name<TAB>upload id": a name that stands there
// twice was stored twice.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { FileStore } from "@tus/file-store";
import { Server } from "@tus/server";

const [port, folder] = process.argv.slice(2);
const directory = join(folder, "uploads");
mkdirSync(directory, { recursive: true });

const server = new Server({
  path: "/files",
  relativeLocation: true, // nginx stands before it and ends TLS
  datastore: new FileStore({ directory }),
  onUploadFinish: (_request, upload) => {
    appendFileSync(join(folder, "finished"), `${upload.metadata?.filename ?? ""}\t${upload.id}\n`);
    return Promise.resolve({});
  },
});

const listener = server.listen({ host: "127.0.0.1", port: Number(port) }, () => {
  process.stdout.write(`${JSON.stringify({ port: listener.address().port })}\n`);
});
process.on("SIGTERM", () => process.exit(0));
