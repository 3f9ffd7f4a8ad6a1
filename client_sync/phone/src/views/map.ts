/** A place by map: an area or a circle, by finger, by key, by list or by its name. */
import type { Answers, PlaceAnswer } from "../app.ts";
import { spoken, t } from "../i18n.ts";
import type { Atlas, Spot } from "../map/atlas.ts";
import {
  answerOf,
  isMapPrecision,
  MAP_PRECISIONS,
  type MapPrecision,
  radiusKilometres,
} from "../map/choosing.ts";
import type { Picture } from "../map/painting.ts";
import { readAtlas } from "../map/reading.ts";
import { type Child, el } from "./element.ts";
import { MapCanvas } from "./map_canvas.ts";
import { button, choices, field } from "./parts.ts";
import type { Shell } from "./shell.ts";
import type { Question } from "./when.ts";

/** What a phone's screen shows above its keyboard. */
const MOST_FOUND = 6;

export interface MapUse {
  readonly answers: () => Answers;
  readonly setPlace: (part: Partial<PlaceAnswer>) => void;
  readonly close: () => void;
}

/** Load the map and begin with what the answer says already. */
export async function openMap(shell: Shell, use: MapUse): Promise<Question> {
  const atlas = await readAtlas(spoken().language);
  return new MapPart(shell, use, atlas);
}

class MapPart implements Question {
  readonly #shell: Shell;
  readonly #use: MapUse;
  readonly #atlas: Atlas;
  readonly #canvas: MapCanvas;
  #country = "";
  #typed = "";
  #area: number | null;
  #spot: Spot | null = null;
  #precision: MapPrecision = "admin1";
  /** What the map wrote into the words, so that it never replaces what a person wrote. */
  #written = "";

  constructor(shell: Shell, use: MapUse, atlas: Atlas) {
    this.#shell = shell;
    this.#use = use;
    this.#atlas = atlas;
    const place = use.answers().place;
    this.#area = atlas.areaCalled(place?.area ?? "");
    if (place?.latitude !== undefined && place.longitude !== undefined)
      this.#spot = { latitude: place.latitude, longitude: place.longitude };
    if (isMapPrecision(place?.precision)) this.#precision = place.precision;
    if (this.#area !== null) this.#written = this.#called(this.#area);
    this.#canvas = new MapCanvas(
      () => this.#picture(),
      (spot) => this.#press(spot),
    );
    if (this.#area !== null) this.#lookAt(new Set([this.#area]));
  }

  draw(): Child {
    return el(
      "section",
      {
        class: "block",
        "aria-label": t("Map"),
        tabindex: -1,
        // The button that opened it is gone: who uses keys or a screen reader goes on here.
        onmount: (box) => box.focus({ preventScroll: true }),
      },
      this.#searchPart(),
      el("p", { class: "hint", id: "map-hint" }, hintWords()),
      this.#canvas.draw(t("Map of the world's regions"), "map-hint"),
      el(
        "div",
        { class: "row" },
        button(t("Larger"), null, this.#canvas.larger),
        button(t("Smaller"), null, this.#canvas.smaller),
        button(t("Whole world"), "globe", this.#canvas.world),
      ),
      el("p", { role: "status" }, this.#chosenWords()),
      this.#precisionPart(),
      this.#listPart(),
      el("p", { class: "note" }, t("Borders on this map are coarse, and endorse nothing.")),
      button(t("Close the map"), "done", this.#use.close),
    );
  }

  #picture(): Omit<Picture, "showsMiddle"> {
    const isWhole = this.#precision === "admin1" && this.#codeOf(this.#area) !== "";
    return {
      lines: this.#atlas.lines,
      countryOf: (side) => this.#atlas.areas[side - 1]?.country ?? "",
      chosen: this.#area === null ? 0 : this.#area + 1,
      spot: this.#spot,
      radiusKilometres: isWhole ? 0 : radiusKilometres(this.#precision),
      names: this.#atlas.named(this.#canvas.shown()),
    };
  }

  #searchPart(): Child {
    const found = this.#atlas.search(this.#typed, MOST_FOUND);
    return [
      field({
        id: "map-search",
        label: t("Search for a region"),
        value: this.#typed,
        type: "search",
        onInput: (typed) => {
          this.#typed = typed;
          this.#shell.redraw();
        },
      }),
      found.map((area) => button(this.#called(area), "place", () => this.#choose(area), "quiet")),
      this.#typed.trim() !== "" &&
        found.length === 0 &&
        el("p", { class: "hint", role: "status" }, t("No region is called that.")),
    ];
  }

  #chosenWords(): string {
    if (this.#area !== null) return t("Chosen: {place}", { place: this.#called(this.#area) });
    return this.#spot === null ? t("Nothing is chosen yet.") : t("Chosen: a place at sea");
  }

  /** Only a press gives a point that a circle can be drawn around. */
  #precisionPart(): Child {
    if (this.#spot === null) return null;
    const words: Readonly<Record<MapPrecision, string>> = {
      admin1: t("Somewhere in this region"),
      admin2: t("Within 20 km of it"),
      settlement: t("Within 5 km of it"),
    };
    return choices(
      "map-precision",
      t("How close is your press to the place?"),
      MAP_PRECISIONS.map((value) => ({ value, label: words[value] })),
      this.#precision,
      (precision) => {
        this.#precision = precision;
        this.#answer();
      },
      "short",
    );
  }

  #listPart(): Child {
    const areas = this.#country === "" ? [] : this.#atlas.areasOf(this.#country);
    return el(
      "details",
      {},
      el("summary", {}, t("Choose from a list")),
      picker(t("Country"), "map-country", this.#country, this.#atlas.countries, (country) => {
        this.#country = country;
        this.#lookAt(new Set(this.#atlas.areasOf(country)));
        this.#shell.redraw();
      }),
      areas.length > 0 &&
        picker(
          t("Region"),
          "map-area",
          String(this.#area ?? ""),
          areas.map((area) => [String(area), this.#atlas.name(area)] as const),
          (area) => this.#choose(Number(area)),
        ),
    );
  }

  #lookAt(areas: ReadonlySet<number>): void {
    const box = this.#atlas.boxOf(areas);
    if (box !== null) this.#canvas.lookAt(box);
  }

  /** A whole area, from a list or by its name. */
  #choose(area: number): void {
    this.#typed = "";
    this.#area = area;
    this.#country = this.#atlas.areas[area]?.country ?? "";
    this.#precision = "admin1";
    this.#spot = this.#codeOf(area) === "" ? this.#middleOf(area) : null;
    this.#lookAt(new Set([area]));
    this.#answer();
  }

  #press(spot: Spot): void {
    this.#spot = spot;
    this.#area = this.#atlas.areaAt(spot);
    if (this.#area !== null) this.#country = this.#atlas.areas[this.#area]?.country ?? "";
    this.#answer();
  }

  #middleOf(area: number): Spot | null {
    const box = this.#atlas.boxOf(new Set([area]));
    if (box === null) return null;
    return { longitude: (box[0] + box[2]) / 2, latitude: (box[1] + box[3]) / 2 };
  }

  #answer(): void {
    const spot = this.#spot ?? { longitude: 0, latitude: 0 };
    const answer = answerOf(spot, this.#codeOf(this.#area), this.#precision);
    const said = this.#use.answers().place?.text ?? "";
    const isOurs = said.trim() === "" || said === this.#written;
    this.#written = this.#area === null ? "" : this.#called(this.#area);
    this.#use.setPlace({ ...answer, ...(isOurs ? { text: this.#written } : {}) });
    this.#canvas.redraw();
  }

  #codeOf(area: number | null): string {
    return area === null ? "" : (this.#atlas.areas[area]?.code ?? "");
  }

  #called(area: number): string {
    const names = { area: this.#atlas.name(area), country: this.#atlas.countryName(area) };
    return t("{area}, {country}", names);
  }
}

function hintWords(): string {
  return t("Press where it happened. Drag to move, two fingers or the buttons to come closer.");
}

function picker(
  label: string,
  id: string,
  chosen: string,
  offered: readonly (readonly [value: string, word: string])[],
  choose: (value: string) => void,
): Child {
  return el(
    "div",
    { class: "field" },
    el("label", { for: id }, label),
    el(
      "select",
      {
        id,
        value: chosen,
        onchange: (event: Event) => choose((event.currentTarget as HTMLSelectElement).value),
      },
      el("option", { value: "", disabled: true }, t("Choose")),
      offered.map(([value, word]) => el("option", { value }, word)),
    ),
  );
}
