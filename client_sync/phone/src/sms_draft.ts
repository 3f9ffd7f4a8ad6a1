/**
 * A draft that leaves as text messages: sealed another way, kept like every sealed report.
 *
 * It is one blob with one id, so a link that is found in the meantime may carry it as well, and the
 * desk has it once. Nobody's thread is in it: no author, no number, no report before (envelope.md
 * section 5).
 */
import { sealable } from "./answering.ts";
import { wipe } from "./bytes.ts";
import { isoOf, weekOf } from "./clock.ts";
import { type Directory, recipientFor } from "./domain/directory.ts";
import { keepSealed, type Seal, type SealedDraft } from "./draft_sealing.ts";
import { draftIn } from "./drafts.ts";
import { sealSms, smsCore } from "./envelope/sms.ts";
import { PhoneError } from "./errors.ts";
import { composeReport } from "./report/compose.ts";
import type { Held, Session } from "./session.ts";
import { smsTexts } from "./symbols/sms_text.ts";
import { encodeReport } from "./wire/report.ts";

const NO_THREAD = { seq: null, prev: null };

export function sealSmsDraft(
  held: Held,
  draftId: string,
  directory: Directory,
  nowSeconds: number,
  { entropy }: Pick<Seal, "entropy">,
): SealedDraft {
  const draft = draftIn(held.content, draftId);
  if (directory.policy.smsNumber === null) throw new PhoneError("no-sms");
  if (draft.attachments.length > 0) throw new PhoneError("sms-without-files");
  const answers = sealable(draft.answers, directory.forms);
  const report = composeReport(answers, [], isoOf(nowSeconds), NO_THREAD);
  const json = encodeReport(report);
  try {
    const recipient = recipientFor(directory, weekOf(nowSeconds));
    const sealed = sealSms(json, { recipient, deskId: directory.deskId, entropy });
    return keepSealed(held, draft, sealed, held.content.author, nowSeconds);
  } catch (error) {
    const isTooLong = error instanceof PhoneError && error.slug === "too-large";
    throw isTooLong ? new PhoneError("sms-too-long") : error;
  } finally {
    wipe(json);
  }
}

/** The messages of a report that was sealed for them and still lies here; null for any other. */
export async function textsOf(session: Session, reportId: string): Promise<string[] | null> {
  const blob = await session.blob(reportId);
  if (blob === undefined || smsCore(blob) === null) return null;
  return smsTexts(blob);
}
