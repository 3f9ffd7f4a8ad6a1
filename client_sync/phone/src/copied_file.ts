/** What a page opened from a file may keep: browsers differ, and only trying tells. */
import type { Origin } from "./browser.ts";
import { memoryFactory } from "./memory_factory.ts";

/** Name of the database that is made and dropped to see whether one may be made. */
const TRIAL = "trial";

async function mayKeep(): Promise<boolean> {
  try {
    const request = indexedDB.open(TRIAL);
    await new Promise((resolve, reject) => {
      request.onsuccess = resolve;
      request.onerror = reject;
    });
    request.result.close();
    indexedDB.deleteDatabase(TRIAL);
    return true;
  } catch {
    return false;
  }
}

/** The database of such a page, and what the person has to be told of it. */
export async function keepingHere(): Promise<{ origin: Origin; factory: IDBFactory }> {
  return (await mayKeep())
    ? { origin: "file", factory: indexedDB }
    : { origin: "file-unkept", factory: memoryFactory() };
}
