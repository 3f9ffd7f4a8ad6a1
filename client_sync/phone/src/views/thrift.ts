/** Data: what this month took, how much it may take, and what photos and files wait for. */
import type { App } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import {
  type MediaGate,
  mediaGate,
  NO_THRIFT,
  overridden,
  spent,
  tellsNetworks,
} from "../thrift.ts";
import { type Child, el } from "./element.ts";
import { button, choices, notice, section } from "./parts.ts";
import type { Shell, View } from "./shell.ts";
import { sizeWords } from "./words.ts";

const MEGABYTE = 1_000_000;
/** A cheap prepaid bundle, a tenth of it, and what a few photos take. */
const BUDGETS_MEGABYTES = [2, 10, 50] as const;
const NO_BUDGET = "none";

const thriftOf = (app: App) => ({ ...NO_THRIFT, ...app.thrift().kept });

function circumstances(app: App) {
  return {
    nowSeconds: systemClock.nowSeconds(),
    network: app.thrift().network,
    isPressed: false,
  };
}

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

function mediaWaits(app: App): boolean {
  return app.reports().some(({ media }) => media.handedOver < media.total);
}

/** Said where photos or files wait by the person's own rule, with the way past it. */
export function waitingPart(shell: Shell): Child {
  const { app } = shell;
  const gate = mediaGate(thriftOf(app), circumstances(app));
  if (gate === "open" || !mediaWaits(app)) return false;
  const send = async (): Promise<void> => {
    const { overMonth } = overridden(thriftOf(app), circumstances(app));
    await app.setThrift({ overMonth });
    await app.syncNow(true);
  };
  return section(
    t("Photos and files wait"),
    el("p", {}, gateWords(gate)),
    button(t("Send photos now"), "send", () => void send().catch(() => undefined)),
  );
}

function gateWords(gate: Exclude<MediaGate, "open">): string {
  return gate === "wifi"
    ? t("They wait for Wi-Fi. Words have gone or go with any link.")
    : t("This month's data is used up. They wait for the next month; words still go.");
}
