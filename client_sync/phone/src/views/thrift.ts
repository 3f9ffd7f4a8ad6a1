/** Data: what this month took, how much it may take, and what photos and files wait for. */
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import { spent, tellsNetworks } from "../thrift.ts";
import { type Child, el } from "./element.ts";
import { choices, notice } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { thriftOf, waitingPart } from "./waiting_media.ts";
import { sizeWords } from "./words.ts";

const MEGABYTE = 1_000_000;
/** A cheap prepaid bundle, a tenth of it, and what a few photos take. */
const BUDGETS_MEGABYTES = [2, 10, 50] as const;
const NO_BUDGET = "none";

/** Make the page. */
export function thriftView(shell: Shell): View {
  const { app } = shell;
  const setBudget = (value: string): void => {
    const budgetBytes = value === NO_BUDGET ? null : Number(value) * MEGABYTE;
    void app.setThrift({ budgetBytes, overMonth: null });
  };
  return {
    heading: () => t("Mobile data"),
    draw: () => {
      const thrift = thriftOf(app);
      const size = sizeWords(spent(thrift, systemClock.nowSeconds()));
      return [
        el("p", { class: "state" }, t("This month: {size} for reports and news.", { size })),
        el(
          "p",
          { class: "note" },
          t("The network adds a little to that, and loading the app itself is not counted."),
        ),
        choices(
          "budget",
          t("At most in a month"),
          [
            { value: NO_BUDGET, label: t("No limit") },
            ...BUDGETS_MEGABYTES.map((each) => ({
              value: String(each),
              label: sizeWords(each * MEGABYTE),
            })),
          ],
          thrift.budgetBytes === null ? NO_BUDGET : String(thrift.budgetBytes / MEGABYTE),
          setBudget,
          "short",
        ),
        el(
          "p",
          { class: "hint" },
          t(
            "When it is used up, words still go. Photos and files wait for the next month, unless you let them go.",
          ),
        ),
        choices(
          "wifi",
          t("Photos and files"),
          [
            { value: "any", label: t("With any link") },
            { value: "wifi", label: t("With Wi-Fi only") },
          ],
          thrift.wifiOnly ? "wifi" : "any",
          (value) => void app.setThrift({ wifiOnly: value === "wifi" }),
          "short",
        ),
        thrift.wifiOnly && !tellsNetworks(app.thrift().network) && notice("calm", unknown()),
        waitingPart(shell),
      ];
    },
  };
}

function unknown(): Child {
  return el(
    "p",
    {},
    t(
      "This browser does not say whether there is Wi-Fi. Photos and files therefore wait until you press “Send photos now”.",
    ),
  );
}
