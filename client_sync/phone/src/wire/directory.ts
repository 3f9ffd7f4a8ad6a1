/** A directory from canonical JSON (directory.md section 2); its signature is `envelope/signing.ts`. */
import { dayOfDate } from "../clock.ts";
import type {
  BackupRecord,
  BridgeLine,
  Directory,
  Policy,
  RecipientRecord,
  RootLink,
} from "../domain/directory.ts";
import { DirectoryError } from "../errors.ts";
import {
  BUCKETS_BYTES,
  DESK_ID_BYTES,
  DIRECTORY_VERSION,
  MAX_ATTACHMENT_BYTES,
  MAX_DESK_NAME_CHARACTERS,
  MAX_FORMS,
  MAX_RECIPIENTS,
  MAX_RELAYS,
  MAX_ROOT_CHAIN,
  MAX_SLOTS,
  MIN_SLOTS,
  PUBLIC_KEY_BYTES,
  SIGNATURE_BYTES,
  SUITE_1,
} from "../generated/constants.ts";
import { decode, type JsonValue } from "./canonical.ts";
import { FieldError, type Fields, readObject } from "./fields.ts";
import { parseBridgeLine } from "./invite.ts";

const MOST_U32 = 2 ** 32 - 1;
const MOST_FORMS = 2 ** 31;
/* A short code, or ITU-T E.164. */
const SMS_NUMBER = /^\+?[0-9]{3,15}$/;
const RELEASE_FORM = /^(?:[0-9a-f]{64})?$/;
const FILE_FORM = /^[0-9a-f]{64}$/;

function readRecipient(fields: Fields): RecipientRecord {
  return {
    week: fields.whole("week", 0, MOST_U32),
    suite: fields.wholeOf("suite", [SUITE_1]),
    slots: fields.whole("slots", MIN_SLOTS, MAX_SLOTS),
    key: fields.base64("key", PUBLIC_KEY_BYTES),
  };
}

function readBackup(fields: Fields): BackupRecord {
  return { suite: fields.wholeOf("suite", [SUITE_1]), key: fields.base64("key", PUBLIC_KEY_BYTES) };
}

function readRootLink(fields: Fields): RootLink {
  return {
    root: fields.base64("root", PUBLIC_KEY_BYTES),
    sig: fields.base64("sig", SIGNATURE_BYTES),
  };
}

function readPolicy(fields: Fields): Policy {
  return {
    workBits: fields.whole("work_bits", 0, 40),
    smallestBytes: fields.wholeOf("smallest_bytes", BUCKETS_BYTES),
    boardPrefixBits: fields.whole("board_prefix_bits", 0, 16),
    graceDays: fields.whole("grace_days", 1, 365),
    maxAttachmentBytes: fields.whole("max_attachment_bytes", 1, MAX_ATTACHMENT_BYTES),
    smsNumber: fields.has("sms_number")
      ? fields.text("sms_number", { least: 3, most: 16, form: SMS_NUMBER })
      : null,
  };
}

function readRelay(item: JsonValue): BridgeLine {
  if (typeof item !== "string") throw new FieldError();
  return parseBridgeLine(item);
}

/** What a form says is judged where it is read: no directory is refused for a form. */
function readUnread(item: JsonValue): JsonValue {
  if (item === null || typeof item !== "object" || Array.isArray(item)) throw new FieldError();
  return item;
}

function readDirectory(fields: Fields): Directory {
  fields.wholeOf("v", [DIRECTORY_VERSION]);
  return {
    version: fields.whole("version", 1, MOST_U32),
    issuedDay: fields.parsed("issued", dayOfDate),
    expiresDay: fields.parsed("expires", dayOfDate),
    deskId: fields.base64("desk_id", DESK_ID_BYTES),
    name: fields.text("name", { least: 1, most: MAX_DESK_NAME_CHARACTERS }),
    rootChain: fields.list("root_chain", 0, MAX_ROOT_CHAIN, (item) =>
      readObject(item, readRootLink),
    ),
    recipients: fields.list("recipients", 1, MAX_RECIPIENTS, (item) =>
      readObject(item, readRecipient),
    ),
    backup: fields.has("backup") ? fields.object("backup", readBackup) : null,
    boardKey: fields.base64("board_key", PUBLIC_KEY_BYTES),
    relays: fields.list("relays", 0, MAX_RELAYS, readRelay),
    policy: fields.object("policy", readPolicy),
    formsVersion: fields.whole("forms_version", 1, MOST_FORMS),
    forms: fields.has("forms") ? fields.list("forms", 1, MAX_FORMS, readUnread) : [],
    taxonomyVersion: fields.text("taxonomy_version", { least: 1, most: 64 }),
    appRelease: fields.text("app_release", { least: 0, most: 64, form: RELEASE_FORM }),
    appFile: fields.has("app_file")
      ? fields.text("app_file", { least: 64, most: 64, form: FILE_FORM })
      : "",
  };
}

function checkOrder(directory: Directory): void {
  if (directory.expiresDay <= directory.issuedDay) throw new FieldError();
  if (directory.appFile !== "" && directory.appRelease === "") throw new FieldError();
  const weeks = directory.recipients.map((record) => record.week);
  if (weeks.some((week, index) => index > 0 && week <= (weeks[index - 1] ?? 0)))
    throw new FieldError();
}

/** Parse a directory's JSON; believe nothing of it before its signature is verified. */
export function decodeDirectory(json: Uint8Array): Directory {
  try {
    const directory = readObject(decode(json), readDirectory);
    checkOrder(directory);
    return directory;
  } catch {
    throw new DirectoryError("bad-directory");
  }
}
