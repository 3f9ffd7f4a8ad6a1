/** Parts of the app that come when they are wanted: from the phone's store, or over a network. */
import { PhoneError } from "./errors.ts";

/** Load a part; one that is not stored yet is missing without a network, and says so. */
export async function stored<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch {
    throw new PhoneError("not-stored");
  }
}
