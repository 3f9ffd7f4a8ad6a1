/** What the page and its worker say to each other. One request at a time has one `job` number. */
import type { Bytes } from "./bytes.ts";
import type { Argon2Cost } from "./envelope/primitives.ts";
import type { SealedEnvelope, SealOptions } from "./envelope/sealing.ts";
import type { Examined } from "./media/cleaning.ts";
import type { SealedChunk, SealedFile } from "./sealer.ts";
import type { VaultCommit } from "./vault_commit.ts";

export type ToWorker =
  | {
      readonly kind: "seal-file";
      readonly job: number;
      readonly file: Blob;
      readonly key: Bytes;
      readonly classBytes: number;
      /** The sealed bytes stay here until a commit asks for them. */
      readonly stays: boolean;
    }
  | { readonly kind: "taken"; readonly job: number }
  | { readonly kind: "cancel"; readonly job: number }
  | {
      readonly kind: "passphrase-key";
      readonly job: number;
      readonly passphrase: string;
      readonly salt: Bytes;
      readonly cost: Argon2Cost;
    }
  | {
      readonly kind: "stamp";
      readonly job: number;
      readonly id: Bytes;
      readonly week: number;
      readonly bits: number;
    }
  | {
      readonly kind: "seal-report";
      readonly job: number;
      readonly json: Bytes;
      readonly options: SealOptions;
    }
  | {
      readonly kind: "commit";
      readonly job: number;
      readonly commit: VaultCommit;
      /** The head's; the worker wipes it. */
      readonly json: Bytes;
    }
  /** Hand batches over to the page, which commits them itself. */
  | { readonly kind: "hand-over"; readonly job: number; readonly batches: readonly number[] }
  | { readonly kind: "let-go"; readonly job: number }
  | { readonly kind: "rehearse"; readonly job: number }
  | { readonly kind: "thumbnail"; readonly job: number; readonly file: Blob; readonly shown: Blob }
  | { readonly kind: "examine"; readonly job: number; readonly file: File }
  | { readonly kind: "small-copy"; readonly job: number; readonly file: File };

/** Sealed bytes by the number of their batch. */
export type Batches = ReadonlyMap<number, Bytes>;

/** What a job brings; null when there is no thumbnail or no small copy, or nothing to bring. */
export type Result =
  | SealedFile
  | SealedEnvelope
  | Examined
  | Batches
  | Bytes
  | number
  | Blob
  | null;

export type FromWorker =
  /** The worker's code is there and runs. */
  | { readonly kind: "up" }
  | {
      readonly kind: "chunks";
      readonly job: number;
      readonly chunks: readonly SealedChunk[];
      readonly index: number;
    }
  | { readonly kind: "done"; readonly job: number; readonly result: Result }
  | { readonly kind: "failed"; readonly job: number; readonly slug: string };
