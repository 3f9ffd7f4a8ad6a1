/** Choices that are the same for the same seed, so that a failure can be met again. */
import { readUint } from "../../src/bytes.ts";
import { seededEntropy } from "./surroundings.ts";

export class Chance {
  private readonly entropy: ReturnType<typeof seededEntropy>;

  constructor(seed: number) {
    this.entropy = seededEntropy(seed);
  }

  below(most: number): number {
    return readUint(this.entropy(4), 0, 4) % most;
  }

  of<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}
