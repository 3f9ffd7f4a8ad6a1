/** Brings packs piece by piece into a release's store, going on where an earlier visit was cut. */
import { type Bytes, concat } from "../bytes.ts";
import type { Wanted } from "./asking.ts";
import { type Brought, bring } from "./bringing.ts";
import { unpacked } from "./pack.ts";

export interface Pack {
  /** Name and size of each piece. */
  readonly pieces: readonly (readonly [name: string, bytes: number])[];
  /** The file that is stored last: where it is, all are. */
  readonly last: string;
}

export interface Piece extends Wanted {
  readonly pack: Pack;
}

async function dropPieces(cache: Cache, pack: Pack): Promise<void> {
  for (const [name] of pack.pieces) await cache.delete(name);
}

/** Store the files of a pack, with the policy that its pieces came with, and drop the pieces. */
async function store(cache: Cache, pack: Pack): Promise<void> {
  const pieces: Bytes[] = [];
  let policy: HeadersInit | undefined;
  for (const [name] of pack.pieces) {
    const piece = await cache.match(name);
    policy ??= piece?.headers;
    pieces.push(new Uint8Array((await piece?.arrayBuffer()) ?? new ArrayBuffer(0)));
  }
  try {
    for (const { name, type, content } of unpacked(concat(...pieces))) {
      const headers = new Headers(policy);
      headers.set("content-type", type);
      await cache.put(name, new Response(content, { headers }));
    }
  } finally {
    // Of what was no pack nothing is kept either: the next visit begins anew.
    await dropPieces(cache, pack);
  }
}

export class PackStore {
  private readonly cache: Cache;

  constructor(cache: Cache) {
    this.cache = cache;
  }

  /** Tell whether all files of a pack are stored. */
  async has(pack: Pack): Promise<boolean> {
    return (await this.cache.match(pack.last)) !== undefined;
  }

  /** Bring packs in their order; `stored` is called for each. */
  async bring(
    packs: readonly Pack[],
    heard: (bytes: number) => void,
    stored: (pack: Pack) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    const missing: Pack[] = [];
    for (const pack of packs) {
      if (await this.has(pack)) stored(pack);
      else missing.push(pack);
    }
    const order = missing.flatMap((pack, part) =>
      pack.pieces.map(([name, bytes]): Piece => ({ name, bytes, part, pack })),
    );
    const left = new Map(missing.map((pack) => [pack, pack.pieces.length]));
    const arrived = async ({ pack }: Piece): Promise<void> => {
      const count = (left.get(pack) ?? 0) - 1;
      left.set(pack, count);
      if (count > 0) return;
      await store(this.cache, pack);
      stored(pack);
    };
    const done: number[] = [];
    for (const [at, piece] of order.entries()) {
      if ((await this.cache.match(piece.name)) === undefined) continue;
      done.push(at);
      heard(piece.bytes);
      await arrived(piece);
    }
    const came = async (piece: Piece, { content, headers }: Brought): Promise<void> => {
      await this.cache.put(piece.name, new Response(content, { headers }));
      await arrived(piece);
    };
    await bring({ order, done, heard, came, signal });
  }
}
