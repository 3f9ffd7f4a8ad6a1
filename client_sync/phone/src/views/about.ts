/** The safety briefing: five plain pages, forth and back, before the first report and at any time. */
import { t } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import { icon } from "./icon.ts";
import { button, fileButton, notice, primaryButton, trouble } from "./parts.ts";
import type { Shell, View } from "./shell.ts";

/** The page on what the app cannot hide: what it cannot know of itself belongs there. */
const UNHIDDEN = 1;

interface BriefingPage {
  readonly heading: string;
  readonly image: string;
  readonly sentences: readonly string[];
}

/** Make the briefing; `isFirst` leads on to a report, else it leads back to where it was asked for. */
export function aboutView(shell: Shell, isFirst: boolean): View {
  const pages = briefing();
  const copy = copyCheck(shell);
  let place = 0;

  function turn(steps: number): void {
    place += steps;
    shell.redraw();
    queueMicrotask(() => {
      document.querySelector<HTMLElement>("h1")?.focus();
      scrollTo(0, 0);
    });
  }

  function end(): void {
    if (isFirst) shell.home({ page: "write", draftId: null });
    else shell.back();
  }

  const isLast = (): boolean => place === pages.length - 1;

  function lastButton(): Child {
    return isFirst
      ? primaryButton(t("Write a report"), "write", end)
      : primaryButton(t("I understand"), "done", end);
  }

  return {
    heading: () => pages[place]?.heading ?? "",
    draw: () => [
      el("p", { class: "note" }, t("Page {n} of {total}", { n: place + 1, total: pages.length })),
      factList(pages[place]),
      place === UNHIDDEN && shell.app.joined() && copy(),
      el(
        "div",
        { class: "row" },
        place > 0 && button(t("Page before"), "back", () => turn(-1), "quiet"),
        isFirst && button(t("Skip"), null, () => shell.home(), "quiet"),
      ),
    ],
    primary: () => (isLast() ? lastButton() : primaryButton(t("Next"), "onward", () => turn(1))),
  };
}

function factList(page: BriefingPage | undefined): Child {
  return (
    page !== undefined &&
    el(
      "ul",
      { class: "plainlist facts", key: page.heading },
      page.sentences.map((sentence) => el("li", {}, icon(page.image), el("span", {}, sentence))),
    )
  );
}

function briefing(): readonly BriefingPage[] {
  return [
    {
      heading: t("What this hides"),
      image: "done",
      sentences: [
        t("What you write. It is sealed the moment you save it, and only the desk can open it."),
        t("What you wrote before. After sealing, nobody can read it on this phone, not even you."),
        t("Your name. The app asks for none and keeps none."),
      ],
    },
    {
      heading: t("What it cannot hide"),
      image: "care",
      sentences: [
        t("That this app is on your phone. Somebody who holds the phone can see it."),
        t("That your phone is on a network, where, and which site it talks to."),
        t(
          "What a photo shows: faces, voices, places. A photo may also hold when and where it was taken; the desk can see that.",
        ),
        t("A draft that you have not saved yet, from somebody who opens this app."),
        t("You, if only you could have known what you write."),
        t(
          "Whoever hands out this app could hand out a changed one. Neither the app nor your browser can be sure to notice.",
        ),
        t(
          "Take it from your desk, or from somebody you trust. The desk's poster has a number by which a copied file can be checked.",
        ),
      ],
    },
    checkpoint(),
    beforeWriting(),
    danger(),
  ];
}

function checkpoint(): BriefingPage {
  return {
    heading: t("At a checkpoint"),
    image: "eye",
    sentences: [
      t("Before you go: finish or throw away what is half written, and close this app."),
      t("If somebody wants the phone, give it. Your life is worth more than a report."),
      t("You cannot open a sealed report. Nobody can, on this phone. You can say so: it is true."),
      t("If you fear a search and there is time, erase everything: Settings, then Erase."),
    ],
  };
}

function beforeWriting(): BriefingPage {
  return {
    heading: t("Before you write"),
    image: "write",
    sentences: [
      t("Be where nobody sees your screen."),
      t("Report what you know already. Do not go anywhere dangerous to learn more."),
      t("Leave out names of people who could be hurt, unless the desk needs them to help."),
      t("Say what you saw, what you only heard, and what you do not know."),
    ],
  };
}

function danger(): BriefingPage {
  return {
    heading: t("If you are in danger"),
    image: "care",
    sentences: [
      t("Get to safety first. A report can wait."),
      t("This is not an emergency line. Nobody may read your report for hours."),
      t("Call people near you whom you trust."),
      t("You may stop at any time. You owe nobody a report."),
    ],
  };
}

/** A button that checks a copied file of the app, and what it found. */
function copyCheck(shell: Shell): () => Child {
  let found: Child = null;
  async function check(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    try {
      found = copyNotice(await shell.app.checkCopy(file));
    } catch (error) {
      found = trouble(error);
    }
    shell.redraw();
  }
  return () => [
    fileButton(t("Check a copied app file"), "file", (files) => void check(files[0])),
    found,
  ];
}

function copyNotice(isSigned: boolean | null): Child {
  if (isSigned === null) {
    return notice("calm", el("p", {}, t("Your desk has named no file to compare it with.")));
  }
  return isSigned
    ? notice("good", el("p", {}, t("This is the file that your desk signed.")))
    : notice(
        "care",
        el("p", {}, t("This is not the file that your desk signed. Do not open or pass it on.")),
      );
}
