/** What the operation on packs of places means in TypeScript. */
import { readPlacePack } from "../../src/bundle/place_pack.ts";
import { fromHex } from "../../src/bytes.ts";

const KINDS = { settlement: "s", admin2: "d" } as const;
const STEPS = 10_000;

export const PLACE_OPERATIONS = {
  "places read": (given: { readonly bytes: string }) => {
    const { name, made, regions, places } = readPlacePack(fromHex(given.bytes));
    const rows = places.map(({ latitude, longitude, region, precision, names }) => [
      Math.round(latitude * STEPS),
      Math.round(longitude * STEPS),
      region,
      KINDS[precision],
      names,
    ]);
    return { name, made, regions, places: rows };
  },
};
