/** What the app on this device loads when it is first wanted: a first visit over a thin link does without. */
import { stored } from "./loading.ts";
import type { Sealer } from "./sealer.ts";

export const asking = () => stored(() => import("./forms.ts"));
export const carriage = () => import("./carry.ts");
export const guarding = () => stored(() => import("./guard.ts"));
export const sealing = () => stored(() => import("./sealing_room.ts"));
export const smsDraft = () => stored(() => import("./sms_draft.ts"));

/** Nobody waits for it: what is not stored yet is loaded, and made warm, by the first report. */
export const rehearsal = (sealer: Pick<Sealer, "rehearse">) =>
  void sealing()
    .then(() => sealer.rehearse())
    .catch(() => undefined);
