import { X509Certificate } from "node:crypto";
import { type Instant, WardkeyError } from "@wardkey/protocol";
import type { CertificateChain } from "@wardkey/protocol/credential";
import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { DeviceHttps, type SiteAnswer } from "./device-https.js";
import { type DeviceKey, forgetOtherKeys, makeDeviceKey, openDeviceKey } from "./device-key.js";
import { type Enrolled, enrolReader, enrolWithTicket, fetchAuthorities, renewIdentity } from "./est-client.js";
import { type Identity, identityOf } from "./identity.js";
import { bytesOf, CredentialFiles, type KeptCredentials, textOf } from "./kept-credentials.js";
import { readTicket } from "./ticket.js";
import { TrustStore } from "./trust-store.js";

/** Certificates renew at half their life, and so that not all kiosks come at once, up to a tenth later. */
const RENEW_FROM = 0.5;
const RENEW_SPREAD = 0.1;

export type CredentialChange = "enrolled" | "renewed" | "wiped";

export interface CredentialSettings {
  readonly dataDir: string;
  readonly device: string;
  readonly ticketFile: string;
  /** 0..1, for jitter. */
  readonly random: () => number;
  /** The fleet's time, as well as it is known. */
  readonly now: () => Instant;
  /** Connections have to be made anew. `enrolled`: as somebody new, with a fresh ticket; `renewed`: as who it was. */
  readonly changed: (how: CredentialChange) => void;
}

/** All that was proven to be there: an identity, its roots, the address, and the key that phones see. */
interface Held {
  readonly kept: KeptCredentials;
  readonly trust: TrustStore;
  readonly identity: Identity;
  readonly identityKey: DeviceKey;
  readonly readerKey: DeviceKey;
  readonly https: DeviceHttps;
}

/** A refusal that only somebody at the fleet can lift, and what a call answered. */
export interface Upkeep {
  /** `null`: everything is as it should be. */
  readonly code: string | null;
  readonly reached: boolean;
}

/** Nothing was due, so the fleet was not asked and said nothing about this identity. */
const WELL: Upkeep = { code: null, reached: false };

/**
 * The device's certificates over EST (RFC 7030): made with a ticket, renewed at half life, renewed late after a long
 * outage, replaced when a fresh ticket lies there. Keys are made here and never leave.
 */
export class DeviceCredentials {
  readonly #settings: CredentialSettings;
  readonly #files: CredentialFiles;
  readonly #spread: number;
  #held: Held | null = null;
  /** A ticket that the fleet refused is not tried again beside a working identity. */
  #refusedTicket: string | null = null;
  #renewNow = false;
  #ended = false;

  private constructor(settings: CredentialSettings) {
    this.#settings = settings;
    this.#files = new CredentialFiles(settings.dataDir);
    this.#spread = RENEW_FROM + RENEW_SPREAD * settings.random();
  }

  /** Reads what earlier runs kept; asks nobody. Throws `device-key-exposed`, `device-key-invalid`. */
  static async open(settings: CredentialSettings): Promise<DeviceCredentials> {
    const made = new DeviceCredentials(settings);
    const kept = await made.#files.credentials();
    if (kept !== null && kept.device === settings.device) await made.#recall(kept);
    return made;
  }

  get identity(): Identity | null {
    return this.#held?.identity ?? null;
  }

  get trust(): TrustStore | null {
    return this.#held?.trust ?? null;
  }

  get https(): DeviceHttps | null {
    return this.#held?.https ?? null;
  }

  get readerKey(): DeviceKey | null {
    return this.#held?.readerKey ?? null;
  }

  get readerChain(): CertificateChain | null {
    const held = this.#held;
    const certified = held?.kept.reader.certified ?? null;
    if (held === null || certified === null) return null;
    return held.trust.chainOf(bytesOf(certified.leaf), certified.sent.map(bytesOf));
  }

  /** At the next upkeep both certificates are asked for anew, whatever their age. */
  renewNow(): void {
    this.#renewNow = true;
  }

  /** Does whatever is due. Everything may fail, and is tried again at the next upkeep. */
  async upkeep(): Promise<Upkeep> {
    const fresh = await this.#takeTicket();
    const held = this.#held;
    if (held === null) return fresh;
    // Whoever asks for it while this is under way means the time after.
    const asked = this.#renewNow;
    this.#renewNow = false;
    const renewed = asked || this.#isDue(held.identity) ? await this.#renew(held) : WELL;
    const kept = renewed.code === null ? await this.#keepReader(asked) : renewed;
    if (asked && kept.code !== null) this.#renewNow = true;
    return kept;
  }

  /** Everything that makes this device somebody is erased; the ticket that made it was spent. */
  async wipe(): Promise<void> {
    this.#held?.https.end();
    this.#held = null;
    await this.#files.forget();
    await forgetOtherKeys(this.#settings.dataDir, "identity", []);
    await forgetOtherKeys(this.#settings.dataDir, "reader", []);
    this.#settings.changed("wiped");
  }

  end(): void {
    this.#ended = true;
    this.#held?.https.end();
  }

  #isDue({ notBefore, notAfter }: { notBefore: number; notAfter: number }): boolean {
    return this.#settings.now() >= notBefore + (notAfter - notBefore) * this.#spread;
  }

  async #recall(kept: KeptCredentials): Promise<void> {
    const { dataDir } = this.#settings;
    const identityKey = await openDeviceKey(dataDir, kept.identity.key);
    const readerKey = await openDeviceKey(dataDir, kept.reader.key);
    const trust = TrustStore.from(kept.trust);
    if (identityKey === null || readerKey === null || trust === null) return;
    this.#hold({ kept, trust, identityKey, readerKey });
  }

  /** Answers why these make no identity; `null` when they are held now. */
  #hold(made: Omit<Held, "identity" | "https">): string | null {
    const { kept, trust, identityKey } = made;
    const checked = identityOf({
      leaf: bytesOf(kept.identity.leaf),
      sent: kept.identity.sent.map(bytesOf),
      key: identityKey,
      trust,
      device: this.#settings.device,
      at: this.#settings.now(),
    });
    if (!checked.ok) return checked.code;
    const credentials = { authorities: trust.authorities, identity: checked.identity };
    const before = this.#held;
    const again = before !== null && before.kept.deviceUrl === kept.deviceUrl ? before.https : null;
    if (again === null) before?.https.end();
    again?.use(credentials);
    const https = again ?? new DeviceHttps(kept.deviceUrl, credentials);
    if (this.#ended) https.end();
    this.#held = { ...made, identity: checked.identity, https };
    return null;
  }

  async #take(made: Omit<Held, "identity" | "https">, how: CredentialChange = "renewed"): Promise<string | null> {
    await this.#files.keep(made.kept);
    const refused = this.#hold(made);
    if (refused === null) this.#settings.changed(how);
    return refused;
  }

  async #takeTicket(): Promise<Upkeep> {
    const { ticketFile, device } = this.#settings;
    const read = await readTicket(ticketFile, device);
    if (!read.ok) return this.#held === null ? { code: read.code, reached: false } : WELL;
    const held = this.#held;
    if (held !== null && (held.kept.ticket === read.digest || this.#refusedTicket === read.digest)) return WELL;
    const answer = await this.#enrol(read.ticket, read.digest);
    this.#refusedTicket = !answer.ok && answer.reached ? read.digest : null;
    return answer.ok ? WELL : { code: answer.code, reached: answer.reached };
  }

  async #enrol(ticket: EnrolmentTicket, digest: string): Promise<SiteAnswer<null>> {
    const { dataDir, device, now } = this.#settings;
    const stranger = new DeviceHttps(ticket.deviceUrl, { authorities: null, identity: null });
    const found = await fetchAuthorities(stranger);
    stranger.end();
    if (!found.ok) return found;
    const begun = TrustStore.begin(ticket, found.value);
    if (begun === null) return { ok: false, code: "root-digest-mismatch", reached: true };
    // From here on only over a connection whose certificate descends from that root: the token is for nobody else.
    const https = new DeviceHttps(ticket.deviceUrl, { authorities: begun.authorities, identity: null });
    try {
      const authorities = await fetchAuthorities(https);
      if (!authorities.ok) return authorities;
      const trust = begun.learn(authorities.value, now());
      const identityKey = await this.#pendingKey(digest);
      const answer = await enrolWithTicket(https, ticket, identityKey);
      if (!answer.ok) return answer;
      // A new identity begins with a new reader key too: whoever has the old ones has nothing.
      const readerKey = await makeDeviceKey(dataDir, "reader");
      const kept: KeptCredentials = {
        v: 1,
        device,
        deviceUrl: ticket.deviceUrl,
        trust: trust.toJSON(),
        ticket: digest,
        identity: certified(identityKey, answer.value),
        reader: { key: readerKey.file, certified: null },
      };
      const refused = await this.#take({ kept, trust, identityKey, readerKey }, "enrolled");
      if (refused !== null) return { ok: false, code: refused, reached: true };
      await this.#files.forgetPending();
      await forgetOtherKeys(dataDir, "identity", [identityKey.file]);
      await forgetOtherKeys(dataDir, "reader", [readerKey.file]);
      return { ok: true, value: null };
    } finally {
      https.end();
    }
  }

  async #pendingKey(ticket: string): Promise<DeviceKey> {
    const { dataDir } = this.#settings;
    const pending = await this.#files.pending();
    const kept = pending?.ticket === ticket ? await openDeviceKey(dataDir, pending.key) : null;
    if (kept !== null) return kept;
    const key = await makeDeviceKey(dataDir, "identity");
    await this.#files.keepPending({ ticket, key: key.file });
    return key;
  }

  async #renew(held: Held): Promise<Upkeep> {
    const { device, now } = this.#settings;
    const authorities = await fetchAuthorities(held.https);
    if (!authorities.ok) return { code: authorities.code, reached: authorities.reached };
    const trust = held.trust.learn(authorities.value, now());
    if (!trust.same(held.trust)) {
      // A root that is new here may already be the one behind the server: believed before the next call.
      const refused = await this.#take({ ...held, trust, kept: { ...held.kept, trust: trust.toJSON() } });
      if (refused !== null) return { code: refused, reached: true };
    }
    const answer = await renewIdentity(held.https, device, held.identityKey);
    if (!answer.ok) return { code: answer.code, reached: answer.reached };
    const identity = certified(held.identityKey, answer.value);
    const kept: KeptCredentials = { ...held.kept, trust: trust.toJSON(), identity };
    return { code: await this.#take({ ...held, trust, kept }), reached: true };
  }

  async #keepReader(asked: boolean): Promise<Upkeep> {
    const held = this.#held;
    if (held === null) return WELL;
    const { certified: present } = held.kept.reader;
    if (present !== null && !asked && !this.#isDue(lifeOf(bytesOf(present.leaf)))) return WELL;
    const answer = await enrolReader(held.https, this.#settings.device, held.readerKey);
    if (!answer.ok) return { code: answer.code, reached: answer.reached };
    if (held.trust.chainOf(answer.value.leaf, answer.value.sent) === null) {
      return { code: "certificate-untrusted", reached: true };
    }
    const reader = { key: held.readerKey.file, certified: certified(held.readerKey, answer.value) };
    return { code: await this.#take({ ...held, kept: { ...held.kept, reader } }), reached: true };
  }
}

const certified = (key: DeviceKey, { leaf, sent }: Enrolled): KeptCredentials["identity"] => ({
  key: key.file,
  leaf: textOf(leaf),
  sent: sent.map(textOf),
});

function lifeOf(leaf: Uint8Array): { notBefore: number; notAfter: number } {
  try {
    const { validFrom, validTo } = new X509Certificate(leaf);
    return { notBefore: Date.parse(validFrom), notAfter: Date.parse(validTo) };
  } catch (cause) {
    throw new WardkeyError("certificate-malformed", "a kept certificate cannot be read", { cause });
  }
}
