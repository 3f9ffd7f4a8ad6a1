/**
 * What a passphrase is worth, said honestly.
 *
 * Theory of operation. Whoever copies the phone tries on their own machines, and neither the wiping
 * after failures nor the waiting reaches there. One try takes 19 MiB of memory and 34 ms of a core with
 * libsodium (measured; the strong cost takes 134 ms): a hundred cores make 3,000 tries a second. So 14
 * bits of guessing are seconds, 28 bits a day, 40 bits twelve years. A person's choice has fewer bits
 * than its characters would allow: a digit counts 3, a letter 2, and a word of a phrase 10.
 */

export type Strength =
  | "none" /* shorter than the shortest that is taken */
  | "pin" /* keeps out who tries by hand; who copies the phone has it within a day */
  | "weak" /* days to months for somebody with machines */
  | "strong" /* years with many machines */;

/** The shortest PIN that is taken: ten tries, which a person may allow before all is erased, guess one in a thousand of them. */
export const LEAST_CHARACTERS = 4;

const DIGIT_BITS = 3;
const LETTER_BITS = 2;
const WORD_BITS = 10;
/** A day of 3,000 tries a second. */
const DAY_BITS = 28;
const YEARS_BITS = 40;

/** Bits that a guesser has to go through, as a low estimate. */
export function guessBits(secret: string): number {
  const words = secret
    .trim()
    .split(/\s+/u)
    .filter((word) => word !== "");
  const distinct = new Set(words).size;
  const digits = [...secret].filter((character) => /\p{Nd}/u.test(character)).length;
  const others = [...secret].filter((character) => !/[\p{Nd}\s]/u.test(character)).length;
  const kinds = new Set(secret).size;
  const spelled = digits * DIGIT_BITS + others * LETTER_BITS;
  // The same sign again and again is one sign.
  return Math.min(distinct > 1 ? Math.max(distinct * WORD_BITS, spelled) : spelled, kinds * 4);
}

export function strengthOf(secret: string): Strength {
  if ([...secret].length < LEAST_CHARACTERS) return "none";
  const bits = guessBits(secret);
  if (bits < DAY_BITS) return "pin";
  return bits < YEARS_BITS ? "weak" : "strong";
}
