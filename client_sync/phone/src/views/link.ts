/** The link card: whether there is a way out now, what the last try did, and "Send now". */
import type { LinkState, SyncSummary } from "../app.ts";
import { systemClock } from "../clock.ts";
import { t, tn } from "../i18n.ts";
import { type Described, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, trouble } from "./parts.ts";
import { type Shell, say } from "./shell.ts";
import { momentWords } from "./words.ts";

/** Make the card; it remembers what the last press of "Send now" brought. */
export function linkCard(shell: Shell): { draw(): Described } {
  let last: SyncSummary | null = null;
  let problem: unknown = null;
  let isPressed = false;

  /** A press while the phone sends by itself counts too: its own round follows, and brings the result. */
  async function send(): Promise<void> {
    if (isPressed) return;
    isPressed = true;
    last = null;
    problem = null;
    try {
      last = await shell.app.syncNow();
      say(summaryWords(last));
    } catch (error) {
      problem = error;
    }
    isPressed = false;
    shell.redraw();
  }

  return {
    draw: () => {
      const link = shell.app.link();
      const isSending = link.status === "syncing";
      return el(
        "section",
        { class: `card link ${link.status}`, "aria-label": t("Connection") },
        el(
          "div",
          { class: "linkline" },
          icon(LINK_ICONS[link.status], "badge"),
          el(
            "div",
            { class: "grow" },
            el("p", { class: "state" }, linkWords(link)),
            el("p", { class: "note" }, [waitingWords(link), exchangeWords(link)].join(" ")),
          ),
        ),
        last !== null && el("p", { class: "result" }, summaryWords(last)),
        trouble(problem),
        button(isSending ? t("Sending…") : t("Send now"), "send", () => void send()),
      );
    },
  };
}

const LINK_ICONS: Readonly<Record<LinkState["status"], string>> = {
  idle: "link",
  syncing: "send",
  offline: "nolink",
  unreachable: "nolink",
};

function linkWords(link: LinkState): string {
  switch (link.status) {
    case "idle":
      return link.lastExchangeAt === null
        ? t("Nothing was sent yet")
        : t("The last try went through");
    case "syncing":
      return t("Sending and asking for news…");
    case "offline":
      return t("This phone has no network");
    case "unreachable":
      return t("No relay can be reached right now");
  }
}

function waitingWords(link: LinkState): string {
  if (link.waiting === 0) return t("Nothing is waiting to be sent.");
  return tn(
    "{n} sealed piece is waiting, safe on this phone.",
    "{n} sealed pieces are waiting, safe on this phone.",
    link.waiting,
  );
}

function exchangeWords(link: LinkState): string {
  if (link.status === "syncing") return "";
  if (link.status !== "idle" && link.nextTryAt !== null) return t("It tries again by itself.");
  if (link.lastExchangeAt === null) return "";
  const moment = momentWords(link.lastExchangeAt, systemClock.nowSeconds() * 1000);
  return t("Last exchange: {moment}.", { moment });
}

/** What one press of "Send now" brought, in one or two plain sentences. */
export function summaryWords(summary: SyncSummary): string {
  if (summary.ended === "unreachable" && summary.receipts === 0) {
    return t("No relay could be reached. Nothing is lost; the phone tries again by itself.");
  }
  if (summary.ended === "busy") return t("It is sending already.");
  if (summary.ended === "not-joined") return t("Join a desk first.");
  const parts = [
    summary.receipts > 0 &&
      tn("{n} sealed piece handed over.", "{n} sealed pieces handed over.", summary.receipts),
    summary.acknowledged > 0 &&
      tn("The desk confirmed {n} report.", "The desk confirmed {n} reports.", summary.acknowledged),
    summary.replies > 0 && tn("{n} new answer.", "{n} new answers.", summary.replies),
    summary.ended === "paused" && t("The relay asked for a pause; it goes on by itself."),
    summary.ended === "unreachable" && t("Then the link was cut; it goes on by itself."),
  ];
  const said = parts.filter((part) => part !== false);
  return said.length > 0 ? said.join(" ") : t("Checked just now. Nothing new.");
}
