/** What turns words and files into sealed rows, in one part: it comes when something is to be sealed. */
export { attachFile } from "./attaching.ts";
export { sealDraft } from "./draft_sealing.ts";
export { SessionRemovals } from "./removals.ts";
