// Areas of a picture that shall be covered: rectangles in ten-thousandths of its sides.

export const WHOLE = 10_000;
/** Half a hundredth of a side: less is a click and no drawing. */
const LEAST = 50;
/** What an arrow key moves: a hundredth. */
export const STEP = 100;

export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A new area for whoever draws with keys: in the middle, a fifth of each side. */
export const MIDDLE: Area = { left: 4000, top: 4000, width: 2000, height: 2000 };

const within = (value: number, most: number): number =>
  Math.round(Math.min(Math.max(value, 0), most));

/** The rectangle between two points, each in parts of the whole from 0 to 1; null for a click. */
export function between(
  from: readonly [number, number],
  to: readonly [number, number],
): Area | null {
  const corner = [Math.min(from[0], to[0]), Math.min(from[1], to[1])] as const;
  const across = [Math.max(from[0], to[0]), Math.max(from[1], to[1])] as const;
  const [left, top] = [within(corner[0] * WHOLE, WHOLE), within(corner[1] * WHOLE, WHOLE)];
  const area = {
    left,
    top,
    width: within(across[0] * WHOLE, WHOLE) - left,
    height: within(across[1] * WHOLE, WHOLE) - top,
  };
  return area.width < LEAST || area.height < LEAST ? null : area;
}

/** Move an area, as far as the picture goes. */
export function moved(area: Area, right: number, down: number): Area {
  return {
    ...area,
    left: within(area.left + right, WHOLE - area.width),
    top: within(area.top + down, WHOLE - area.height),
  };
}

/** Make an area wider and higher, or less so, within the picture. */
export function grown(area: Area, wider: number, higher: number): Area {
  return {
    ...area,
    width: Math.max(LEAST, within(area.width + wider, WHOLE - area.left)),
    height: Math.max(LEAST, within(area.height + higher, WHOLE - area.top)),
  };
}

/** Write areas as the desk reads them: one a line. */
export function toLines(areas: readonly Area[]): string {
  return areas.map((one) => `${one.left} ${one.top} ${one.width} ${one.height}`).join("\n");
}

/** Read what stands in the field; lines that are no area are left out. */
export function fromLines(text: string): Area[] {
  return text.split("\n").flatMap((line) => {
    const found = /^(\d{1,5}) (\d{1,5}) (\d{1,5}) (\d{1,5})$/.exec(line.trim());
    if (!found) return [];
    const [left = 0, top = 0, width = 0, height = 0] = found.slice(1).map(Number);
    return [{ left, top, width, height }];
  });
}
