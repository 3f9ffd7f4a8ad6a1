/** A report, its parts, and the desk's reply to it (docs/spec/report.md). */
import type { Bytes } from "../bytes.ts";
import type {
  Category,
  PlacePrecision,
  Purpose,
  ReplyKind,
  Source,
  TimePrecision,
} from "../generated/constants.ts";

import type { FilledForm } from "./answers.ts";

export interface Observed {
  /** `YYYY-MM-DDTHH:MM:SSZ` */
  readonly at: string;
  readonly precision: TimePrecision;
}

export interface Place {
  readonly text?: string | undefined;
  /** Degrees times 100000. */
  readonly latE5?: number | undefined;
  readonly lonE5?: number | undefined;
  readonly precision?: PlacePrecision | undefined;
  readonly area?: string | undefined;
}

/** What is needed to fetch, join and check one attachment. */
export interface Manifest {
  readonly key: Bytes;
  readonly sha256: Bytes;
  readonly sizeBytes: number;
  readonly chunkCount: number;
  readonly classBytes: number;
  readonly mime: string;
  readonly name: string;
  /** Position of the picture that this is the small copy of, or null. */
  readonly thumbnailOf: number | null;
}

export interface Report {
  readonly category: Category;
  readonly text: string;
  readonly lang: string;
  readonly source: Source;
  readonly writtenAt: string;
  readonly observed: Observed;
  readonly place: Place | null;
  readonly attachments: readonly Manifest[];
  readonly forms: readonly FilledForm[];
  readonly seq: number | null;
  readonly prev: string | null;
  readonly about: string | null;
  /** Why it follows that report; null where it only adds to it. */
  readonly purpose: Purpose | null;
}

export interface DeskReply {
  readonly n: number;
  readonly kind: ReplyKind;
  readonly text: string;
  readonly lang: string;
  /** `YYYY-MM-DD` */
  readonly sentOn: string;
}
