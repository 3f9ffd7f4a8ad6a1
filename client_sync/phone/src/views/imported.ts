/** What files and codes brought, added up and in plain words. */
import type { ImportSummary } from "../app.ts";
import { t, tn } from "../i18n.ts";

/** Several files at once are told of as one. */
export function addedUp(summaries: readonly ImportSummary[]): ImportSummary {
  const sum = (of: (one: ImportSummary) => number): number =>
    summaries.reduce((total, one) => total + of(one), 0);
  return {
    carried: sum((one) => one.carried),
    known: sum((one) => one.known),
    acknowledged: sum((one) => one.acknowledged),
    directoryUpdated: summaries.some((one) => one.directoryUpdated),
    joined: summaries.some((one) => one.joined),
    incomplete: summaries.some((one) => one.incomplete),
  };
}

/** What was brought in, in plain words. */
export function importWords(summary: ImportSummary): string {
  const parts = [
    summary.carried > 0 &&
      tn(
        "{n} sealed piece taken to be carried.",
        "{n} sealed pieces taken to be carried.",
        summary.carried,
      ),
    summary.known > 0 && tn("{n} was here already.", "{n} were here already.", summary.known),
    summary.acknowledged > 0 &&
      tn(
        "The desk confirmed {n} of your reports.",
        "The desk confirmed {n} of your reports.",
        summary.acknowledged,
      ),
    summary.directoryUpdated && t("News of the desk was taken in."),
    summary.incomplete && t("The file was damaged or cut short; what could be read was taken."),
  ];
  const said = parts.filter((part) => part !== false);
  return said.length > 0 ? said.join(" ") : t("It held nothing new.");
}
