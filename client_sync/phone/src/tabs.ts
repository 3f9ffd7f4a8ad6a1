/** What the tabs of one app, and its service worker, share: locks and a word that something changed. */

const CHANNEL = "tocsin";

/** One sync at a time. */
export const SYNC_LOCK = "tocsin-sync";
/** One file at a time. */
export const ATTACH_LOCK = "tocsin-attach";

function requested<T>(
  name: string,
  ifAvailable: boolean,
  action: () => Promise<T>,
): Promise<T | null> {
  // Every browser that the app supports has locks on a secure page; without them one tab is assumed.
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return action();
  let isAnswered = false;
  const asked = locks.request(name, { ifAvailable }, (lock) => {
    isAnswered = true;
    return lock === null ? null : action();
  });
  // A page that shares nothing with other pages is refused locks, and needs none.
  return asked.catch((error: unknown) => {
    if (isAnswered) throw error;
    return action();
  });
}

/** Run `action` while nobody else holds `name`; null when somebody does. */
export function ifFree<T>(name: string, action: () => Promise<T>): Promise<T | null> {
  return requested(name, true, action);
}

/** Run `action` once nobody else holds `name`. */
export function whenFree<T>(name: string, action: () => Promise<T>): Promise<T> {
  // A lock that is waited for is always granted.
  return requested(name, false, action) as Promise<T>;
}

export function openChannel(): BroadcastChannel | undefined {
  return typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(CHANNEL);
}
