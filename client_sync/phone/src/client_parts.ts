/** What the app on this device loads when it is first wanted: a first visit over a thin link does without. */
import type { Platform } from "./browser.ts";
import { REST_LOCK } from "./load/stored.ts";
import { stored } from "./loading.ts";

export const asking = () => stored(() => import("./forms.ts"));
export const carriage = () => import("./carry.ts");
export const guarding = () => stored(() => import("./guard.ts"));
export const names = () => stored(() => import("./places/keeping.ts"));
export const sealing = () => stored(() => import("./sealing_room.ts"));
export const smsDraft = () => stored(() => import("./sms_draft.ts"));

/**
 * Nobody waits for it: what is not stored yet is loaded, and made warm, by the first report. While the
 * rest of the app is on its way it is waited for, or the same files would come over the line twice.
 */
export const rehearsal = ({ surroundings, sealer }: Pick<Platform, "surroundings" | "sealer">) =>
  void surroundings
    .whenFree(REST_LOCK, () => Promise.resolve())
    .then(sealing)
    .then(() => sealer.rehearse())
    .catch(() => undefined);
