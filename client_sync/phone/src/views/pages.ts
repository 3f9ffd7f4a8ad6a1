/** Which page a route opens. */
import type { App } from "../app.ts";
import { t } from "../i18n.ts";
import { deskView } from "./desk.ts";
import { disguiseWord } from "./disguise.ts";
import { homeView } from "./home.ts";
import { joinView } from "./join.ts";
import { languageView } from "./language.ts";
import { lazyView } from "./lazy.ts";
import { lockedView } from "./passphrase.ts";
import { sealedView } from "./sealed.ts";
import type { MakeView, Route, Shell, View } from "./shell.ts";

/** The page to begin with; an invite in the address leads straight to its desk. */
export function firstRoute(app: App, inviteText: string | null): Route {
  if (app.state() === "notes") return { page: "notes" };
  if (app.state() === "locked") return { page: "locked" };
  if (app.language() === null) return { page: "language" };
  if (app.joined()) return { page: "home" };
  return inviteText === null ? { page: "join" } : { page: "desk", inviteText };
}

/** Make views for a shell whose app was opened by an invite link, or without one. */
export function pageMaker(inviteText: string | null): MakeView {
  const onward = (shell: Shell): void => {
    const next = firstRoute(shell.app, inviteText);
    // What was open before is not a way back from here.
    if (next.page === "home" || next.page === "notes") shell.home();
    else shell.go(next);
  };
  const make = (shell: Shell, route: Route): View => {
    if (shell.app.state() === "notes") return innocentView(shell, route);
    const isShut = shell.app.state() === "locked" && route.page !== "wipe";
    if (isShut) return lockedView(shell, () => onward(shell));
    switch (route.page) {
      case "home":
        return homeView(shell, route.told);
      case "language":
        return languageView(shell, () => onward(shell));
      case "locked":
        return lockedView(shell, () => onward(shell));
      case "about":
        return seldom(
          () => t("What this hides"),
          async () => {
            const { aboutView } = await import("./about.ts");
            return () => aboutView(shell, route.isFirst ?? false);
          },
        )(shell);
      case "desk":
        return deskView(shell, route.inviteText);
      case "note":
      case "notes":
        return make(shell, firstRoute(shell.app, inviteText));
      case "write":
        return seldom(
          () => t("Report"),
          async () => {
            const { writeView } = await import("./write.ts");
            return () => writeView(shell, route.draftId, route.follows);
          },
        )(shell);
      case "form":
        return route.view;
      case "follow":
        return seldom(
          () => t("Report"),
          async () => {
            const { followView } = await import("./follow.ts");
            return () => followView(shell, route.draftId, route.about, route.purpose);
          },
        )(shell);
      case "thread":
        return seldom(
          () => t("Report"),
          async () => {
            const { threadView } = await import("./thread.ts");
            return () => threadView(shell, route.reportId);
          },
        )(shell);
      case "messages":
        return seldom(
          () => t("Send as text messages"),
          async () => {
            const { messagesView } = await import("./messages.ts");
            return () => messagesView(shell, route.reportId);
          },
        )(shell);
      default:
        return PLAIN_PAGES[route.page](shell);
    }
  };
  return make;
}

/** There are notes and nothing else, whatever page was open. */
function innocentView(shell: Shell, route: Route): View {
  return lazyView(shell, disguised(shell), async () => {
    const { notesView, noteView } = await import("./notes.ts");
    return route.page === "note" ? noteView(shell, route.noteId) : notesView(shell);
  });
}

function disguised(shell: Shell): () => string {
  return () => disguiseWord(shell.app.disguise());
}

/** Pages that the first one does without. */
function seldom(
  heading: () => string,
  load: () => Promise<(shell: Shell) => View>,
): (shell: Shell) => View {
  return (shell) => lazyView(shell, heading, async () => (await load())(shell));
}

type PlainPage = Exclude<
  Route["page"],
  | "home"
  | "language"
  | "locked"
  | "about"
  | "note"
  | "notes"
  | "desk"
  | "write"
  | "form"
  | "follow"
  | "thread"
  | "messages"
>;

const PLAIN_PAGES: Readonly<Record<PlainPage, (shell: Shell) => View>> = {
  join: joinView,
  scan: seldom(
    () => t("Scan a code"),
    async () => (await import("./scan.ts")).scanView,
  ),
  carry: seldom(
    () => t("Carry by hand"),
    async () => (await import("./carry.ts")).carryView,
  ),
  show: seldom(
    () => t("Show to another phone"),
    async () => (await import("./show.ts")).showView,
  ),
  collect: seldom(
    () => t("Read another phone's codes"),
    async () => (await import("./collect.ts")).collectView,
  ),
  settings: seldom(
    () => t("Settings"),
    async () => (await import("./settings.ts")).settingsView,
  ),
  passphrase: seldom(
    () => t("Passphrase"),
    async () => (await import("./protect.ts")).passphraseView,
  ),
  wipe: seldom(
    () => t("Erase everything?"),
    async () => (await import("./wipe.ts")).wipeView,
  ),
  lock: seldom(
    () => t("Lock and disguise"),
    async () => (await import("./lock_settings.ts")).lockSettingsView,
  ),
  decoy: seldom(
    () => t("Decoy"),
    async () => (await import("./decoy.ts")).decoyView,
  ),
  practice: seldom(
    () => t("Practise the gesture"),
    async () => (await import("./practice.ts")).practiceView,
  ),
  sealed: sealedView,
  thrift: seldom(
    () => t("Mobile data"),
    async () => (await import("./thrift.ts")).thriftView,
  ),
};
