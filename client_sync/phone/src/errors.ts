/**
 * What can go wrong, by kind. `slug` is stable and safe to log; no error holds text, a key, a place
 * or an address. `explain.ts` has the sentence for the person.
 */
export class PhoneError extends Error {
  readonly slug: string;

  constructor(slug: string) {
    super(slug);
    this.name = new.target.name;
    this.slug = slug;
  }
}

/** Bytes from outside break the contract; `slug` is the kind that docs/spec names. */
export class ContractError extends PhoneError {}
export class EnvelopeError extends ContractError {}
export class ChunkError extends ContractError {}
export class InvalidReportError extends ContractError {}
export class ReplyError extends ContractError {}
export class DirectoryError extends ContractError {}
export class InviteError extends ContractError {}
export class ReleaseError extends ContractError {}
export class FrameError extends ContractError {}
export class ReceiptError extends ContractError {}
export class BoardError extends ContractError {}
export class BundleError extends ContractError {}
export class PlacePackError extends ContractError {}
export class FormError extends ContractError {}
export class SymbolError extends ContractError {}
/** A photo, film or sound is not laid out as its kind says, or is of no kind that we clean. */
export class MediaError extends ContractError {}

/** The outbox was asked for a way that the table of sync.md section 5 does not have. */
export class IllegalTransitionError extends PhoneError {
  constructor() {
    super("illegal-transition");
  }
}

/** The vault is locked, damaged, or the passphrase is wrong. */
export class VaultError extends PhoneError {}
/** Another tab changed the vault first; read again and repeat. */
export class ConflictError extends PhoneError {
  constructor() {
    super("conflict");
  }
}
/** No relay answered as a relay should; nothing is lost, it is tried again. */
export class TransportError extends PhoneError {}
