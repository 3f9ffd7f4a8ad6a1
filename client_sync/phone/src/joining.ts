/** Coming to a desk, or to another relay of the same desk. */
import { sameBytes } from "./bytes.ts";
import { PhoneError } from "./errors.ts";
import { EMPTY_VAULT, type VaultContent } from "./vault.ts";
import { formatBridgeLine, type Invite, parseInvite } from "./wire/invite.ts";

/**
 * A vault that has joined the desk of an invite.
 *
 * A second invite of the same desk only replaces the relay of the first: that is how a phone goes on
 * when its relay was burned. Another desk is refused: its reports must not mix with the first one's.
 */
export function joinedBy(content: VaultContent, invite: Invite): VaultContent {
  const { url, relayKey, rootKey, name, extra } = invite;
  const line = formatBridgeLine({ url, relayKey, rootKey, name, extra });
  if (content.desk === null) {
    return { ...content, desk: { invite: line, directory: null }, board: EMPTY_VAULT.board };
  }
  if (!sameBytes(parseInvite(content.desk.invite).rootKey, rootKey)) {
    throw new PhoneError("already-joined");
  }
  return { ...content, desk: { ...content.desk, invite: line } };
}
