/** What was said after a report, by the desk and by this phone, in its order. Own words are not here. */
import type { Reply, ReportSummary } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import { type Child, type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { section } from "./parts.ts";
import type { Thread } from "./threads.ts";
import { dateWords, momentWords, purposeWord, stateWord } from "./words.ts";

/** The part of a thread's page below the report's own way; nothing before anybody said anything. */
export function conversation({ replies, followUps }: Thread): Child {
  if (replies.length + followUps.length === 0) return false;
  const said = (count: number): Described[] =>
    followUps.filter(({ follows }) => clamp(follows?.after ?? 0, replies) === count).map(ownWords);
  return section(
    t("Since then"),
    said(0),
    replies.flatMap((reply, place) => [answer(reply), ...said(place + 1)]),
  );
}

/** A reply that was removed with another report leaves fewer than there were. */
function clamp(after: number, replies: readonly Reply[]): number {
  return Math.min(after, replies.length);
}

function answer(reply: Reply): Described {
  return el(
    "article",
    { class: `answer ${reply.kind}`, key: `${reply.reportId} ${reply.n}` },
    el("p", { class: "note" }, answerKind(reply.kind), " · ", dateWords(reply.sentOn)),
    el("p", { class: "words", dir: "auto", lang: reply.lang }, reply.text),
  );
}

function answerKind(kind: Reply["kind"]): string {
  if (kind === "question") return t("The desk asks");
  return kind === "safety" ? t("For your safety") : t("The desk wrote");
}

function ownWords(report: ReportSummary): Described {
  const moment = momentWords(report.sealedAt, systemClock.nowSeconds() * 1000);
  return el(
    "article",
    { class: "answer own", key: report.id },
    el("p", { class: "state" }, purposeWord(report.follows?.purpose ?? null)),
    el("p", { class: "note" }, icon(report.state), ` ${stateWord(report.state)} · ${moment}`),
    report.overdue && el("p", { class: "note" }, t("It takes longer than usual.")),
  );
}
