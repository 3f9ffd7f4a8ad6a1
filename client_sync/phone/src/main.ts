/**
 * The app's beginning: open the store, speak the person's language, show the first page.
 *
 * An invite travels in the address after `#`. It is taken out of the address before anything else
 * is done, so that neither a screenshot nor the next page in this tab shows it.
 */
import "./styles/main.css";
import { explain, openApp } from "./app.ts";
import { speak, t } from "./i18n.ts";
import { wearDisguise } from "./views/disguise.ts";
import { el, patch } from "./views/element.ts";
import { watchOver } from "./views/guard.ts";
import { awaitInstallOffer } from "./views/install.ts";
import { guessedLanguage, wearLanguage } from "./views/language.ts";
import { wearLook } from "./views/look.ts";
import { firstRoute, pageMaker } from "./views/pages.ts";
import { notice } from "./views/parts.ts";
import { startShell } from "./views/shell.ts";
import { awaitNewer } from "./views/update.ts";

const INVITE_MARK = "#tocsin1.";

/** Take an invite link out of the address, if there is one. */
function takeInvite(): string | null {
  const link = location.href;
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
  return link.includes(INVITE_MARK) ? link : null;
}

async function begin(root: HTMLElement): Promise<void> {
  const inviteText = takeInvite();
  awaitInstallOffer();
  await speak(guessedLanguage(navigator.languages));
  wearLanguage();
  try {
    const app = await openApp();
    const language = app.language();
    if (language !== null) await speak(language);
    wearLanguage();
    wearLook(app.look());
    wearDisguise(app.disguise());
    if (inviteText !== null) await app.comeBack();
    watchOver(app);
    const shell = startShell(app, root, pageMaker(inviteText), firstRoute(app, inviteText));
    void awaitNewer(shell.redraw);
  } catch (error) {
    const heading = el("header", { class: "top" }, el("h1", {}, t("The app could not open")));
    patch(root, [
      heading,
      el("main", { class: "page" }, notice("care", el("p", {}, explain(error)))),
    ]);
  }
}

// An invite opened while the app is open changes only the part after `#`: begin anew with it.
addEventListener("hashchange", () => {
  if (location.hash !== "") location.reload();
});
const root = document.getElementById("app");
if (root !== null) void begin(root);
