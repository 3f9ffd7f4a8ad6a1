/** The desk's reply from canonical JSON (report.md section 4). */
import { dayOfDate } from "../clock.ts";
import type { DeskReply } from "../domain/report.ts";
import { ReplyError } from "../errors.ts";
import {
  MAX_LANG_CHARACTERS,
  MAX_REPLY_CHARACTERS,
  REPLY_KINDS,
  REPORT_VERSION,
} from "../generated/constants.ts";
import { decode } from "./canonical.ts";
import { type Fields, readObject } from "./fields.ts";

const MOST_REPLIES = 2 ** 31;

function readReply(fields: Fields): DeskReply {
  fields.wholeOf("v", [REPORT_VERSION]);
  return {
    n: fields.whole("n", 1, MOST_REPLIES),
    kind: fields.word("kind", REPLY_KINDS),
    text: fields.text("text", { least: 1, most: MAX_REPLY_CHARACTERS }),
    lang: fields.text("lang", { least: 2, most: MAX_LANG_CHARACTERS }),
    sentOn: fields.parsed("sent_on", (text) => (dayOfDate(text) === null ? null : text)),
  };
}

export function decodeReply(json: Uint8Array): DeskReply {
  try {
    return readObject(decode(json), readReply);
  } catch {
    throw new ReplyError("bad-reply");
  }
}
