/**
 * The app on this device: joins the session, the drafts, the sync and the browser into one `App`.
 *
 * Theory of operation. Reading is a projection of the session's snapshot (`summaries.ts`); changing
 * is one pure change committed by the session. After each change that leaves something to send, a
 * sync is started by itself; only one runs at a time, over all tabs. While the vault is locked
 * nothing is read and nothing is sent.
 */
import type * as api from "./app.ts";
import type { Disguise, Guard, GuardSettings } from "./app_guard.ts";
import { browserPlatform, type Platform } from "./browser.ts";
import { hex } from "./bytes.ts";
import { asking, carriage, guarding, names, rehearsal, sealing, smsDraft } from "./client_parts.ts";
import type { Form } from "./domain/forms.ts";
import type { SealDraft } from "./draft_sealing.ts";
import * as drafts from "./drafts.ts";
import { deskIdOf } from "./envelope/keys.ts";
import { PhoneError } from "./errors.ts";
import { CATEGORIES } from "./generated/constants.ts";
import { joinedBy } from "./joining.ts";
import { stripsFor } from "./outbox/places.ts";
import { Session } from "./session.ts";
import * as show from "./summaries.ts";
import { deskOf } from "./sync/relays.ts";
import { SyncDesk } from "./sync_desk.ts";
import { ATTACH_LOCK } from "./tabs.ts";
import { threadIds, withRead } from "./threads.ts";
import { parseInvite } from "./wire/invite.ts";

/** After the first page is drawn, long before a report can be written. */
const REHEARSAL_SECONDS = 2;

/** Open the app; `given` is the browser unless a test brings its own. */
export async function openApp(
  given: Platform | Promise<Platform> = browserPlatform(),
): Promise<api.App> {
  const platform = await given;
  const { factory, entropy, sealer } = platform;
  const elsewhere = sealer.commit;
  const derive = sealer.passphraseKey.bind(sealer);
  const committed = () => platform.surroundings.tellPeers();
  const strips = stripsFor((await platform.surroundings.storage()).quotaBytes);
  const session = await Session.open({ factory, entropy, derive, strips, committed, elsewhere });
  const client = new Client(platform, session);
  await client.start();
  return client;
}

class Client implements api.App {
  private readonly platform: Platform;
  private readonly session: Session;
  private readonly sync: SyncDesk;
  private readonly ends: (() => void)[] = [];
  private theGuard: Guard | null = null;
  private release: string | null = null;
  private trusted: readonly string[] = [];
  private persistent = true;

  constructor(platform: Platform, session: Session) {
    this.platform = platform;
    this.session = session;
    this.sync = new SyncDesk(platform, session);
  }

  async start(): Promise<void> {
    const { surroundings } = this.platform;
    // A refresh that fails is made up for by the next update, which reads again when it must.
    const refresh = () => void this.session.refresh().catch(() => undefined);
    this.ends.push(surroundings.onPeers(refresh));
    this.ends.push(this.session.onChange(this.askRelease));
    this.persistent = (await surroundings.storage()).persistent;
    // A gesture does not wait for a file.
    if (this.session.settings().panics) void this.guard().catch(() => undefined);
    await this.afterOpening();
  }

  state(): api.AppState {
    const lock = this.session.lockedAs();
    if (lock === "decoy" || lock === "notes") return "notes";
    if (this.session.locked()) return "locked";
    return this.joined() ? "joined" : "new";
  }

  joined(): boolean {
    return !this.session.locked() && this.session.held().content.desk !== null;
  }

  readInvite(inviteText: string): { name: string; fingerprint: string } {
    const { name, rootKey } = parseInvite(inviteText);
    return { name, fingerprint: hex(deskIdOf(rootKey)) };
  }

  async join(inviteText: string): Promise<api.DeskInfo> {
    const invite = parseInvite(inviteText);
    await this.session.update(({ content }) => ({ content: joinedBy(content, invite) }));
    await this.syncNow();
    const desk = this.desk();
    if (desk === null) throw new PhoneError("not-joined");
    return desk;
  }

  desk(): api.DeskInfo | null {
    return this.session.locked() ? null : show.deskInfo(this.session.held().content);
  }

  categories(): readonly api.Category[] {
    return CATEGORIES;
  }

  async forms(): Promise<readonly Form[]> {
    return (await asking()).formsIn(this.session.held().content);
  }

  drafts(): readonly api.Draft[] {
    return this.session.held().content.drafts.map(show.draftOf);
  }

  emptyAnswers(): api.Answers {
    return {
      category: null,
      text: "",
      lang: this.language() ?? "und",
      source: "unsaid",
      observedAt: null,
      observedPrecision: "hour",
      place: null,
    };
  }

  async keepDraft(id: string | null, answers: api.Answers): Promise<api.Draft> {
    const draftId = id ?? drafts.localId(this.platform.entropy);
    const now = this.platform.clock.nowSeconds();
    const held = await this.session.update((before) =>
      drafts.keepAnswers(before, draftId, answers, now),
    );
    return show.draftOf(drafts.draftIn(held.content, draftId));
  }

  attach(...given: Parameters<api.App["attach"]>): Promise<api.DraftAttachment> {
    const { sealer, surroundings } = this.platform;
    const seal = async () => (await sealing()).attachFile(this.platform, this.session, ...given);
    return surroundings.whenFree(ATTACH_LOCK, () => seal().finally(() => sealer.letGo()));
  }

  examine(file: File): Promise<api.FileNotes> {
    return this.platform.sealer.examine(file);
  }

  smallCopy(file: File): Promise<File | null> {
    return this.platform.sealer.smallCopy(file);
  }

  async removals(): Promise<api.Removals> {
    return new (await sealing()).SessionRemovals(this.session, this.platform.surroundings);
  }

  async placeNames(): Promise<api.PlaceNames> {
    return new (await names()).KeptPlaces(this.session);
  }

  async dropDraft(draftId: string): Promise<void> {
    await this.session.update((held) => drafts.dropDraft(held, draftId));
  }

  async sealDraft(draftId: string): Promise<api.ReportSummary> {
    return this.sealBy((await sealing()).sealDraft, draftId);
  }

  private async sealBy(seal: SealDraft, draftId: string): Promise<api.ReportSummary> {
    const { clock, surroundings } = this.platform;
    const reportId = await this.session.change((before) => {
      const desk = deskOf(before.content);
      if (desk === null) throw new PhoneError("not-joined");
      if (desk.directory === null) throw new PhoneError("no-directory");
      return seal(before, draftId, desk.directory, clock.nowSeconds(), this.platform);
    });
    surroundings.wakeWhenOnline();
    this.sync.soon();
    const summary = this.reports().find((report) => report.id === reportId);
    if (summary === undefined) throw new PhoneError("no-such-report");
    return summary;
  }

  smsNumber(): string | null {
    if (this.session.locked()) return null;
    return deskOf(this.session.held().content)?.directory?.policy.smsNumber ?? null;
  }

  async sealDraftForSms(draftId: string): Promise<api.ReportSummary> {
    const { sealSmsDraft } = await smsDraft();
    return this.sealBy(sealSmsDraft, draftId);
  }

  async smsTexts(reportId: string): Promise<readonly string[] | null> {
    return (await smsDraft()).textsOf(this.session, reportId);
  }

  reports(): readonly api.ReportSummary[] {
    return show.reportSummaries(this.session.held());
  }

  replies(reportId: string): readonly api.Reply[] {
    return show.repliesTo(this.session.held().content, reportId);
  }

  async markRead(reportId: string): Promise<void> {
    await this.session.update(({ content }) => {
      const read = withRead(content, reportId);
      return read && { content: read };
    });
  }

  async forget(reportId: string): Promise<void> {
    await this.session.update(({ content, rows }) => {
      const ids = threadIds(content, reportId);
      const reports = content.reports.filter((report) => !ids.has(report.id));
      const replies = content.replies.filter((reply) => !ids.has(reply.report));
      const drop = [...rows.values()].filter((row) => ids.has(row.owner)).map((row) => row.id);
      return { content: { ...content, reports, replies }, drop };
    });
  }

  syncNow(withMedia = false): Promise<api.SyncSummary> {
    return this.sync.now(withMedia);
  }

  thrift() {
    const { thrift: kept = {} } = this.session.held().content;
    return { kept, network: this.platform.surroundings.network() };
  }

  async setThrift(change: Parameters<api.App["setThrift"]>[0]): Promise<void> {
    await this.session.update(({ content }) => ({
      content: { ...content, thrift: { ...content.thrift, ...change } },
    }));
    this.sync.soon();
  }

  link(): api.LinkState {
    return show.linkState(this.session.held(), this.sync.link());
  }

  warnings(): readonly api.Warning[] {
    if (this.session.locked()) return [];
    return show.warningsOf(this.session.held(), {
      nowSeconds: this.platform.clock.nowSeconds(),
      relayDay: this.sync.relayDay(),
      release: this.release,
      trusted: this.trusted,
      persistent: this.persistent,
      origin: this.platform.surroundings.origin(),
      hasPassphrase: this.hasPassphrase(),
    });
  }

  onChange(listener: () => void): () => void {
    return this.session.onChange(listener);
  }

  async exportBundle(reportId?: string): Promise<Blob> {
    return (await carriage()).exportBundle(this.session, reportId);
  }

  async importBundle(file: Blob): Promise<api.ImportSummary> {
    const { importBundle } = await carriage();
    const summary = await importBundle(this.session, file, this.platform.clock.nowSeconds());
    if (summary.carried > 0) this.sync.soon();
    return summary;
  }

  async showCodes(fineness: api.Fineness): Promise<api.Showing> {
    return (await carriage()).showCodes(this.session, fineness);
  }

  async collectCodes(): Promise<api.Collecting> {
    return (await carriage()).collectCodes();
  }

  carried(): number {
    return this.session.locked() ? 0 : show.carriedBlobs(this.session.held().rows);
  }

  async checkCopy(file: Blob): Promise<boolean | null> {
    const signed = deskOf(this.session.held().content)?.directory?.appFile;
    if (!signed) return null;
    return (await this.platform.surroundings.releases()).isFile(file, signed);
  }

  language(): string | null {
    return this.session.settings().language;
  }

  setLanguage(lang: string): Promise<void> {
    return this.session.keepSettings({ ...this.session.settings(), language: lang });
  }

  look(): api.Look {
    return this.session.settings().look as api.Look;
  }

  setLook(look: api.Look): Promise<void> {
    return this.session.keepSettings({ ...this.session.settings(), look });
  }

  hasPassphrase(): boolean {
    return this.session.hasPassphrase();
  }

  async setPassphrase(passphrase: string | null): Promise<void> {
    await (await this.guard()).setPassphrase(passphrase);
  }

  async unlock(passphrase: string): Promise<void> {
    await (await this.guard()).unlock(passphrase);
    await this.afterOpening();
  }

  async guard(): Promise<Guard> {
    const { SessionGuard } = await guarding();
    this.theGuard ??= new SessionGuard(this.session, this.platform);
    return this.theGuard;
  }

  guardSettings(): GuardSettings {
    return this.session.settings();
  }

  async changeGuard(settings: Partial<GuardSettings>): Promise<void> {
    // The gesture must work at once, and without a network.
    if (settings.panics) await this.guard();
    await this.session.keepSettings({ ...this.session.settings(), ...settings });
  }

  async panic(): Promise<void> {
    await (await this.guard()).panic();
  }

  async comeBack(): Promise<void> {
    await this.session.invited();
    await this.afterOpening();
  }

  disguise(): string {
    return this.session.settings().disguise;
  }

  setDisguise(disguise: Disguise): Promise<void> {
    return this.session.keepSettings({ ...this.session.settings(), disguise });
  }

  lock(): void {
    this.session.lock();
  }

  storage(): Promise<api.StorageInfo> {
    return this.platform.surroundings.storage();
  }

  async askPersistentStorage(): Promise<boolean> {
    this.persistent = await this.platform.surroundings.askPersistent();
    this.session.announce();
    return this.persistent;
  }

  async wipe(): Promise<void> {
    await this.session.wipe();
    await this.platform.surroundings.eraseCaches();
  }

  close(): void {
    for (const end of this.ends) end();
    this.sync.close();
    this.platform.sealer.close();
    this.session.close();
  }

  /** Ask which release this is, where the desk names one: on a thin link nothing is asked in vain. */
  private readonly askRelease = () => void this.compareRelease().catch(() => undefined);

  private async compareRelease(): Promise<void> {
    const named = deskOf(this.session.held().content)?.directory?.appRelease;
    if (!named || named === this.trusted[0]) return;
    this.trusted = [named];
    const releases = await this.platform.surroundings.releases();
    this.trusted = await releases.trustRelease(named);
    this.release = await releases.ownRelease();
    this.session.announce();
  }

  /** Sweep what a killed app left, and begin to sync. */
  private async afterOpening(): Promise<void> {
    if (this.session.locked()) return;
    await this.platform.surroundings.ifFree(ATTACH_LOCK, () => this.session.update(drafts.swept));
    this.ends.push(
      this.platform.surroundings.setTimer(() => rehearsal(this.platform), REHEARSAL_SECONDS),
    );
    this.askRelease();
    if (this.joined()) this.sync.soon();
  }
}
