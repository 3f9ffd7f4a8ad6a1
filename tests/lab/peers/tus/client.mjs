// Peer `tus`, its client: the real tus-js-client under Node, on one or more uploads at once.
//
// Usage: node client.mjs JOB      (one JSON file in, one JSON line out, as every peer)
//
// An upload is created by POST and filled by PATCH; after an error tus-js-client itself waits by
// `retryDelays`, asks by HEAD how much arrived, and goes on from there. When its delays are used up,
// the report goes to the end of the line and is taken up again at its upload's address. Two things
// are ours: connections on which nothing moves for 30 s are ended, because tus-js-client waits for
// the kernel; and connections are counted. Node keeps connections alive and resumes TLS by itself.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import https from "node:https";
import { performance } from "node:perf_hooks";
import { DefaultHttpStack, Upload } from "tus-js-client";

const STILL_MS = 30_000;
const AGAIN_MS = 1000;
const RETRY_DELAYS_MS = [0, 1000, 3000, 5000];

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const lanes = job.lanes ?? 1;
const began = performance.now();
const times = [];
let requests = 0;
let connections = 0;
let failures = 0;

const seconds = () => (performance.now() - began) / 1000;

const counting = (Agent) =>
  class extends Agent {
    createConnection(options, done) {
      connections += 1;
      const socket = super.createConnection(options, done);
      socket.on("timeout", () => socket.destroy(new Error("nothing moves")));
      return socket;
    }
  };

const isTls = job.url.startsWith("https:");
const Agent = counting(isTls ? https.Agent : http.Agent);
const agent = new Agent({ keepAlive: true, maxSockets: lanes, timeout: STILL_MS });
const ca = job.ca_file ? readFileSync(job.ca_file) : undefined;
const httpStack = new DefaultHttpStack({ agent, ca, minVersion: isTls ? "TLSv1.3" : undefined });

// Bytes that do not compress and are the same for the same seed.
const report = (number) => {
  const pieces = [];
  for (let size = 0; size < job.size_bytes; size += 64) {
    pieces.push(createHash("sha512").update(`${job.seed}/${number}/${size}`).digest());
  }
  return Buffer.concat(pieces).subarray(0, job.size_bytes);
};

const line = Array.from({ length: job.count }, (_, number) => ({ number, address: null }));

const send = (item) =>
  new Promise((resolve) => {
    const upload = new Upload(report(item.number), {
      endpoint: job.url,
      uploadUrl: item.address,
      uploadDataDuringCreation: job.during_creation ?? false,
      retryDelays: RETRY_DELAYS_MS,
      metadata: { filename: `report-${item.number}` },
      httpStack,
      onBeforeRequest: () => {
        requests += 1;
      },
      onError: () => resolve({ isSent: false, address: upload.url }),
      onSuccess: () => resolve({ isSent: true, address: upload.url }),
    });
    upload.start();
  });

const lane = async () => {
  while (line.length > 0) {
    const item = line.shift();
    const { isSent, address } = await send(item);
    if (isSent) {
      times.push(seconds());
    } else {
      failures += 1;
      line.push({ ...item, address });
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
};

const when = (percent) => times[Math.ceil((job.count * percent) / 100) - 1] ?? null;

const tell = () => {
  times.sort((one, other) => one - other);
  const result = {
    first_receipt: times[0] ?? null,
    t50: when(50),
    t90: when(90),
    done: when(100),
    acknowledged: times.length,
    requests,
    connections,
    failures,
    times: times.map((time) => Math.round(time * 1000) / 1000),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
};

setTimeout(tell, job.deadline_seconds * 1000);
await Promise.all(Array.from({ length: lanes }, lane));
tell();
