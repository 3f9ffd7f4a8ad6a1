/**
 * Which network the phone is on, as far as a browser tells: what is remembered of a relay on one is not
 * true on the next.
 */

/** `wifi`, `cellular` ... where the browser says; else one name for all. */
export function networkName(): string {
  const { connection } = navigator as { readonly connection?: { readonly type?: string } };
  return connection?.type ?? "any";
}
