/** A place by its name, from a list of places that is kept on this phone. */
import { explain, type FoundPlace, type PlaceNames, type PlacesInfo } from "../app.ts";
import { count, t, tn } from "../i18n.ts";
import { type Child, el } from "./element.ts";
import type { MapUse } from "./map.ts";
import { button, confirmation, field, fileButton, notice } from "./parts.ts";
import { type Shell, say } from "./shell.ts";
import type { Question } from "./when.ts";
import { dateWords } from "./words.ts";

/** What a phone's screen shows above its keyboard. */
const MOST_FOUND = 6;

/** Make the part that finds a place by its name. */
export async function openPlaceNames(shell: Shell, use: MapUse): Promise<Question> {
  return new PlaceNamesPart(shell, use, await shell.app.placeNames());
}

class PlaceNamesPart implements Question {
  readonly #shell: Shell;
  readonly #use: MapUse;
  readonly #names: PlaceNames;
  #typed = "";
  #found: readonly FoundPlace[] = [];
  #isRemoving = false;
  #problem = "";

  constructor(shell: Shell, use: MapUse, names: PlaceNames) {
    this.#shell = shell;
    this.#use = use;
    this.#names = names;
  }

  draw(): Child {
    const info = this.#names.info();
    return el(
      "section",
      {
        class: "block",
        "aria-label": t("Find a place by its name"),
        tabindex: -1,
        // The button that opened it is gone: who uses keys or a screen reader goes on here.
        onmount: (box) => box.focus({ preventScroll: true }),
      },
      info === null ? lead() : this.#searchPart(),
      this.#problem !== "" && notice("care", el("p", {}, this.#problem)),
      fileButton(
        info === null ? t("Open a list of places") : t("Take another list"),
        "file",
        ([file]) => void this.#take(file),
      ),
      info !== null && this.#aboutPart(info),
      button(t("Close the search"), "done", this.#use.close),
    );
  }

  #searchPart(): Child {
    return [
      field({
        id: "place-search",
        label: t("Name of a village or town"),
        value: this.#typed,
        type: "search",
        onInput: (typed) => void this.#search(typed),
      }),
      this.#found.map((place) =>
        button(calledWords(place), "place", () => this.#choose(place), "quiet"),
      ),
      this.#typed.trim() !== "" &&
        this.#found.length === 0 &&
        el("p", { class: "hint", role: "status" }, t("No place on the list is called that.")),
    ];
  }

  #aboutPart({ name, made, count: places }: PlacesInfo): Child {
    const ask = (asks: boolean): void => {
      this.#isRemoving = asks;
      this.#shell.redraw();
    };
    const words = { name, date: dateWords(made), places: count(places) };
    return [
      el("p", { class: "note" }, t("{name}: {places} places, as of {date}", words)),
      this.#isRemoving
        ? confirmation(
            t("Remove the list of places from this phone?"),
            t("Remove the list"),
            () => void this.#remove(),
            () => ask(false),
          )
        : button(t("Remove this list"), "remove", () => ask(true), "quiet"),
    ];
  }

  async #search(typed: string): Promise<void> {
    this.#typed = typed;
    await this.#attempt(async () => {
      const found = await this.#names.search(typed, MOST_FOUND);
      // Something else may have been typed meanwhile.
      if (typed === this.#typed) this.#found = found;
    });
  }

  async #take(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    await this.#attempt(async () => {
      const { count: places } = await this.#names.take(file);
      [this.#typed, this.#found] = ["", []];
      say(tn("{n} place is on this phone now.", "{n} places are on this phone now.", places));
    });
  }

  async #remove(): Promise<void> {
    this.#isRemoving = false;
    await this.#attempt(() => this.#names.remove());
  }

  async #attempt(act: () => Promise<void>): Promise<void> {
    this.#problem = "";
    try {
      await act();
    } catch (error) {
      this.#problem = explain(error);
    }
    this.#shell.redraw();
  }

  #choose({ name, region, latitude, longitude, precision }: FoundPlace): void {
    const text = region === "" ? name : inRegion(name, region);
    const said = this.#use.answers().place?.text ?? "";
    const words = said.trim() === "" ? { text } : {};
    this.#use.setPlace({ latitude, longitude, precision, area: undefined, ...words });
    say(t("Chosen: {place}", { place: text }));
    this.#use.close();
  }
}

function lead(): Child {
  return el(
    "p",
    {},
    t(
      "Your desk can give you a file with the names of villages and towns. It is kept sealed on this phone: nobody can see which country it is of. Delete the file itself afterwards: it tells its country.",
    ),
  );
}

function calledWords({ name, alsoCalled, region }: FoundPlace): string {
  const called = alsoCalled === "" ? name : `${name} (${alsoCalled})`;
  return region === "" ? called : inRegion(called, region);
}

/** As the map says a region and its country. */
function inRegion(name: string, region: string): string {
  return t("{area}, {country}", { area: name, country: region });
}
