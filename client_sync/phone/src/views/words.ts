/** How things are called on the phone: categories, states, times and sizes, in plain words. */
import type {
  Category,
  DeliveryState,
  PlacePrecision,
  Purpose,
  Source,
  ThreadState,
  TimePrecision,
} from "../app.ts";
import { count, spoken, t } from "../i18n.ts";

/** One plain word for each, to be found at a glance. */
const CATEGORY_WORDS: Readonly<Record<Category, () => string>> = {
  attack: () => t("Attack"),
  torture: () => t("Torture"),
  taken: () => t("Taken"),
  displaced: () => t("Expelled"),
  destruction: () => t("Destroyed"),
  marking: () => t("Marked"),
  incitement: () => t("Threats"),
  armed_presence: () => t("Weapons"),
  deprivation: () => t("Blocked"),
  cyber: () => t("Internet"),
  security_forces: () => t("Police"),
  rule_or_event: () => t("Rules"),
  protected_site: () => t("Hospital"),
  other: () => t("Other"),
};

/** What the word stands for. */
const CATEGORY_SENTENCES: Readonly<Record<Category, () => string>> = {
  attack: () => t("People attacked or killed"),
  torture: () => t("Beaten, tortured, sexual violence"),
  taken: () => t("Taken, held or missing"),
  displaced: () => t("Forced out, moved, separated"),
  destruction: () => t("Homes, crops, worship places destroyed or looted"),
  marking: () => t("People or houses marked, listed, checked by group"),
  incitement: () => t("Threats, hate speech, calls to violence"),
  armed_presence: () => t("Armed men, weapons, troops gathering"),
  deprivation: () => t("Food, water, medicine, aid or press blocked"),
  cyber: () => t("Internet or phones cut, spying, doctored video"),
  security_forces: () => t("Police or soldiers: abuse, or no protection"),
  rule_or_event: () => t("New rule or event aimed at a group"),
  protected_site: () => t("Hospital, school, aid worker or peacekeeper attacked"),
  other: () => t("Something else"),
};

const STATE_WORDS: Readonly<Record<ThreadState, () => string>> = {
  waiting: () => t("Waiting for a link"),
  "handed-over": () => t("Handed over"),
  "at-desk": () => t("At the desk"),
  reply: () => t("The desk has an answer"),
  "needs-you": () => t("Needs you"),
};

const STATE_SENTENCES: Readonly<Record<DeliveryState, () => string>> = {
  waiting: () => t("It is sealed and stays here until it can be sent."),
  "handed-over": () => t("A relay has it, still sealed. The desk has not confirmed it yet."),
  "at-desk": () => t("The desk itself confirmed that it has your report."),
  reply: () => t("The desk has your report and wrote to you."),
};

const PURPOSE_WORDS: Readonly<Record<Purpose, () => string>> = {
  answer: () => t("You answered"),
  correction: () => t("You corrected it"),
  withdrawal: () => t("You took it back"),
  unsafe: () => t("You asked not to be contacted"),
};

const SOURCE_WORDS: Readonly<Record<Source, () => string>> = {
  saw: () => t("I saw it"),
  heard: () => t("I heard it"),
  quoting: () => t("I am quoting"),
  unsaid: () => t("I do not want to say"),
};

const TIME_WORDS: Readonly<Record<TimePrecision, () => string>> = {
  hour: () => t("to the hour"),
  day: () => t("to the day"),
  week: () => t("to the week"),
  month: () => t("to the month"),
};

const PLACE_WORDS: Readonly<Record<PlacePrecision, () => string>> = {
  point: () => t("this very spot"),
  settlement: () => t("this village or town"),
  admin2: () => t("this district"),
  admin1: () => t("this region"),
};

export const categoryWord = (category: Category): string => CATEGORY_WORDS[category]();
export const categorySentence = (category: Category): string => CATEGORY_SENTENCES[category]();
export const stateWord = (state: ThreadState): string => STATE_WORDS[state]();
export const purposeWord = (purpose: Purpose | null): string =>
  purpose === null ? t("You wrote more") : PURPOSE_WORDS[purpose]();
export const stateSentence = (state: DeliveryState): string => STATE_SENTENCES[state]();
export const sourceWord = (source: Source): string => SOURCE_WORDS[source]();
export const timePrecisionWord = (precision: TimePrecision): string => TIME_WORDS[precision]();
export const placePrecisionWord = (precision: PlacePrecision): string => PLACE_WORDS[precision]();

const DAY_MILLISECONDS = 86_400_000;

/** "Today, 15:40", "Yesterday, 09:05" or "12 March, 09:05", in this phone's time zone. */
export function momentWords(iso: string, nowMilliseconds: number): string {
  const moment = new Date(iso);
  const time = new Intl.DateTimeFormat(locale(), { timeStyle: "short" }).format(moment);
  const days = Math.round(
    (midnight(nowMilliseconds) - midnight(moment.getTime())) / DAY_MILLISECONDS,
  );
  if (days === 0) return t("Today, {time}", { time });
  if (days === 1) return t("Yesterday, {time}", { time });
  return t("{date}, {time}", { date: dateWords(moment), time });
}

/** A day in words; `YYYY-MM-DD` is taken as that day wherever the phone is. */
export function dateWords(day: string | Date): string {
  const date = typeof day === "string" ? new Date(`${day}T12:00:00`) : day;
  return new Intl.DateTimeFormat(locale(), {
    day: "numeric",
    month: "long",
    year: "numeric",
  }).format(date);
}

/** The language spoken, in the variant that the phone is set to: 15:40 or 3:40 PM. */
function locale(): string {
  const { language } = spoken();
  return navigator.languages.find((tag) => tag.split("-")[0] === language) ?? language;
}

/** A size as people say it: "640 KB", "2.4 MB". */
export function sizeWords(bytes: number): string {
  const [unit, power] =
    bytes < 1_000_000 ? (["kilobyte", 1000] as const) : (["megabyte", 1_000_000] as const);
  return count(Math.max(bytes / power, 0.1), {
    style: "unit",
    unit,
    unitDisplay: "short",
    maximumFractionDigits: bytes < 10_000_000 && bytes >= 1_000_000 ? 1 : 0,
  });
}

/** The 32 hex digits of a desk in groups of four, to compare by eye or aloud. */
export function fingerprintGroups(fingerprint: string): readonly string[] {
  return fingerprint.match(/.{1,4}/g) ?? [];
}

function midnight(milliseconds: number): number {
  const date = new Date(milliseconds);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
