/** What a person answers, before it is a report. */
import type {
  Category,
  PlacePrecision,
  Purpose,
  Source,
  TimePrecision,
} from "../generated/constants.ts";

export interface PlaceAnswer {
  /** Up to 200 characters, as the person would say it. */
  readonly text?: string | undefined;
  /** Degrees, -90 to 90; both of latitude and longitude or neither. */
  readonly latitude?: number | undefined;
  readonly longitude?: number | undefined;
  readonly precision?: PlacePrecision | undefined;
  /** ISO 3166-2 code or P-code. */
  readonly area?: string | undefined;
}

/** Text, a number, one value or several: what the type of its question says (docs/spec/forms.md). */
export type AnswerValue = string | number | readonly string[];
export type FormAnswers = Readonly<Record<string, AnswerValue>>;

/** What a report holds of one form. */
export interface FilledForm {
  readonly key: string;
  readonly version: number;
  readonly answers: FormAnswers;
}

/** What a person answers; any of it may still be missing while it is a draft. */
export interface Answers {
  readonly category: Category | null;
  /** 1 to 8000 characters when it is sealed. */
  readonly text: string;
  /** BCP 47 tag of the language the person says they write in, or `und`. */
  readonly lang: string;
  readonly source: Source;
  /** When it happened; `YYYY-MM-DDTHH:MM:SSZ`, and how precisely that is known. */
  readonly observedAt: string | null;
  readonly observedPrecision: TimePrecision;
  readonly place: PlaceAnswer | null;
  /** Answers to the desk's forms, one entry for each form with any. */
  readonly forms?: readonly FilledForm[] | undefined;
  /** Id of an own earlier report that this one follows up. */
  readonly about?: string | undefined;
  /** Why it follows that one up; absent where it only adds to it. */
  readonly purpose?: Purpose | undefined;
}
