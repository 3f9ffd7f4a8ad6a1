/** The question "where": in words, by map, and by the phone's own position only on a press. */
import type { Answers, PlaceAnswer, PlacePrecision } from "../app.ts";
import { MAX_PLACE_CHARACTERS, PLACE_PRECISIONS } from "../generated/constants.ts";
import { count, t } from "../i18n.ts";
import { stored } from "../loading.ts";
import { type Child, el } from "./element.ts";
import { icon } from "./icon.ts";
import type { MapUse } from "./map.ts";
import { button, field, notice, trouble } from "./parts.ts";
import type { Shell } from "./shell.ts";
import type { Question } from "./when.ts";
import { placePrecisionWord } from "./words.ts";

const POSITION_TIMEOUT_MILLISECONDS = 30_000; /* a cold receiver outdoors needs about that */

/** Make the question; `refused` is said under the button when the phone gives no position. */
export function whereQuestion(
  shell: Shell,
  answers: () => Answers,
  change: (part: Partial<Answers>) => void,
): Question {
  let isAsking = false;
  let refused = "";
  let map: Question | null = null;
  let problem: unknown = null;

  const setPlace = (part: Partial<PlaceAnswer>): void => {
    change({ place: tidied({ ...answers().place, ...part }) });
    shell.redraw();
  };

  function ask(): void {
    if (isAsking) return;
    isAsking = true;
    refused = "";
    shell.redraw();
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        isAsking = false;
        setPlace({ latitude: coords.latitude, longitude: coords.longitude, precision: "point" });
      },
      (error) => {
        isAsking = false;
        refused = refusal(error);
        shell.redraw();
      },
      { enableHighAccuracy: true, timeout: POSITION_TIMEOUT_MILLISECONDS, maximumAge: 0 },
    );
  }

  const forget = (): void =>
    setPlace({
      latitude: undefined,
      longitude: undefined,
      area: undefined,
      precision: "settlement",
    });

  const showMap = (part: Question | null, error: unknown = null): void => {
    map = part;
    problem = error;
    shell.redraw();
  };

  let wasOpen = false;
  function open(part: (use: MapUse) => Promise<Question>): void {
    wasOpen = true;
    const use = { answers, setPlace, close: () => showMap(null) };
    stored(() => part(use)).then(showMap, (error: unknown) => showMap(null, error));
  }
  const openMap = (): void => open(async (use) => (await import("./map.ts")).openMap(shell, use));
  const openNames = (): void =>
    open(async (use) => (await import("./place_names.ts")).openPlaceNames(shell, use));

  return {
    draw: () => [
      field({
        id: "place",
        label: t("Where did it happen?"),
        hint: t("As you would tell a neighbour: village, street, landmark."),
        value: answers().place?.text ?? "",
        maxLength: MAX_PLACE_CHARACTERS,
        onInput: (text) => setPlace({ text }),
      }),
      map === null &&
        answers().place !== null &&
        precisionField(answers().place?.precision ?? "settlement", setPlace),
      position(answers().place, isAsking, ask, forget),
      refused !== "" && notice("care", el("p", {}, refused)),
      map === null ? openers(openMap, openNames, wasOpen) : map.draw(),
      trouble(problem),
    ],
  };
}

/** The ways to the map and to a list of places; where one was open, the focus comes back here. */
function openers(openMap: () => void, openNames: () => void, wasOpen: boolean): Child {
  const back = (box: HTMLElement): void => {
    // The map was large: what stood below it has moved up, perhaps out of sight.
    if (wasOpen) box.focus();
  };
  return el(
    "div",
    { class: "row", tabindex: -1, onmount: back },
    button(t("Choose on a map"), "globe", openMap),
    button(t("Find a place by its name"), "place", openNames),
  );
}

function tidied(place: PlaceAnswer): PlaceAnswer | null {
  const hasWords = (place.text ?? "").trim() !== "";
  if (!hasWords && place.latitude === undefined && place.area === undefined) return null;
  const { text, ...others } = place;
  return { ...others, ...(hasWords ? { text } : {}), precision: place.precision ?? "settlement" };
}

function precisionField(
  chosen: PlacePrecision,
  setPlace: (part: Partial<PlaceAnswer>) => void,
): Child {
  return el(
    "div",
    { class: "field" },
    el("label", { for: "place-precision" }, t("It happened in")),
    el(
      "select",
      {
        id: "place-precision",
        value: chosen,
        onchange: (event: Event) =>
          setPlace({
            precision: (event.currentTarget as HTMLSelectElement).value as PlacePrecision,
          }),
      },
      PLACE_PRECISIONS.map((precision) =>
        el("option", { value: precision }, placePrecisionWord(precision)),
      ),
    ),
  );
}

function position(
  place: PlaceAnswer | null,
  isAsking: boolean,
  ask: () => void,
  forget: () => void,
): Child {
  if (place?.latitude === undefined && place?.area === undefined) {
    return button(
      isAsking ? t("Looking for your position…") : t("Add where this phone is"),
      "place",
      ask,
    );
  }
  const digits = { minimumFractionDigits: 4, maximumFractionDigits: 4 };
  const { latitude, longitude, area } = place;
  const numbers = [latitude, longitude].flatMap((n) => (n === undefined ? [] : count(n, digits)));
  const spot = numbers.length > 0 ? numbers.join(", ") : area;
  return el(
    "div",
    { class: "attached" },
    icon("place"),
    el("span", { class: "grow" }, t("Position added"), " ", el("bdi", { class: "note" }, spot)),
    button(t("Remove"), "remove", forget, "quiet"),
  );
}

function refusal(error: GeolocationPositionError): string {
  return error.code === error.PERMISSION_DENIED
    ? t("The phone does not let this app see where it is. Write the place in words instead.")
    : t("No position could be found. Try again outdoors, or write the place in words.");
}
