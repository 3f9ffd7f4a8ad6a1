/** What the pages say where photos or files wait by the person's own rule. */
import type { App } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t } from "../i18n.ts";
import { type MediaGate, mediaGate, NO_THRIFT, overridden } from "../thrift.ts";
import { type Child, el } from "./element.ts";
import { button, section } from "./parts.ts";
import type { Shell } from "./shell.ts";

/** The person's rules and this month's count. */
export const thriftOf = (app: App) => ({ ...NO_THRIFT, ...app.thrift().kept });

function circumstances(app: App) {
  return {
    nowSeconds: systemClock.nowSeconds(),
    network: app.thrift().network,
    isPressed: false,
  };
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
