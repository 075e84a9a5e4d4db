import type { KioskEnrolment, KioskLease, KioskReport } from "@wardkey/protocol/fleet";
import type { DeviceStore, EnrolmentProof, Kiosk } from "./ports.js";

type ReaderSubject = { kiosk: string; name: string; ward: string; publicKey: Uint8Array };

/** What a kiosk needs of the rest of the site; told in its own words, so that no capability reaches into another. */
export interface SiteForKiosks {
  readonly site: string;
  readonly rootCertificate: Uint8Array;
  /** A new certificate, with the name and ward that the kiosk has now. */
  issueReader(subject: ReaderSubject): Promise<Uint8Array>;
  /** The certificate that it has, or a new one when that is half over. */
  currentReader(subject: ReaderSubject): Promise<Uint8Array>;
  status(kiosk: string): Promise<{ status: Uint8Array; denyEpoch: number; notAfter: number }>;
  holderTable(until: number): Promise<Uint8Array>;
  denyNotice(): Promise<Uint8Array | null>;
}

export type EnrolOutcome =
  | { ok: true; site: string; rootCertificate: Uint8Array; readerCertificate: Uint8Array; kioskToken: string }
  | {
      ok: false;
      code:
        | "bootstrap-token-refused"
        | "kiosk-token-refused"
        | "kiosk-denied"
        | "kiosk-already-enrolled"
        | "reader-key-invalid";
    };

export type CallerOutcome = { ok: true; kiosk: Kiosk } | { ok: false; code: "kiosk-token-refused" | "kiosk-denied" };

export interface Devices {
  /** With a bootstrap token, or with the kiosk's own token when it enrols again. */
  enrol(request: KioskEnrolment, ownToken: string | null): Promise<EnrolOutcome>;
  caller(token: string | null): Promise<CallerOutcome>;
  lease(kiosk: Kiosk): Promise<KioskLease>;
  report(kiosk: Kiosk, report: KioskReport): Promise<void>;
  kiosks(): Promise<Kiosk[]>;
  deny(id: string): Promise<boolean>;
  /** Makes sure that one unspent bootstrap token waits for the next kiosk. */
  readyBootstrap(): Promise<void>;
}

/** The file from which the person who sets up a kiosk takes its token. */
export interface BootstrapFile {
  read(): Promise<string>;
  replace(token: string): Promise<void>;
}

export type DeviceParts = {
  store: DeviceStore;
  site: SiteForKiosks;
  bootstrap: BootstrapFile;
  now(): number;
  newToken(): string;
  hash(token: string): string;
  isReaderKey(spki: Uint8Array): boolean;
};

export function createDevices({ store, site, bootstrap, now, newToken, hash, isReaderKey }: DeviceParts): Devices {
  const readyBootstrap = async (): Promise<void> => {
    if ((await store.offerBootstrap(hash(await bootstrap.read()))) === "open") return;
    const next = newToken();
    await bootstrap.replace(next);
    await store.offerBootstrap(hash(next));
  };
  return {
    async enrol(request, ownToken) {
      const readerPublicKey = new Uint8Array(Buffer.from(request.readerPublicKey, "base64url"));
      if (!isReaderKey(readerPublicKey)) return { ok: false, code: "reader-key-invalid" };
      const proof: EnrolmentProof =
        ownToken === null
          ? { kind: "bootstrap", tokenHash: hash(request.bootstrapToken) }
          : { kind: "kiosk", tokenHash: hash(ownToken) };
      const kioskToken = newToken();
      const { id, name, ward } = request;
      const kiosk = { id, name, ward, readerPublicKey };
      const kept = await store.enrol({ proof, kiosk, tokenHash: hash(kioskToken), at: now() });
      switch (kept) {
        case "proof-refused":
          return { ok: false, code: ownToken === null ? "bootstrap-token-refused" : "kiosk-token-refused" };
        case "denied":
          return { ok: false, code: "kiosk-denied" };
        case "another-key":
          return { ok: false, code: "kiosk-already-enrolled" };
        case "kept":
          break;
      }
      if (proof.kind === "bootstrap") await readyBootstrap();
      const readerCertificate = await site.issueReader({ kiosk: id, name, ward, publicKey: readerPublicKey });
      return { ok: true, site: site.site, rootCertificate: site.rootCertificate, readerCertificate, kioskToken };
    },
    async caller(token) {
      const kiosk = token === null ? null : await store.byToken(hash(token));
      if (kiosk === null) return { ok: false, code: "kiosk-token-refused" };
      if (kiosk.deniedAt !== null) return { ok: false, code: "kiosk-denied" };
      await store.seen(kiosk.id, now());
      return { ok: true, kiosk };
    },
    async lease({ id, name, ward, readerPublicKey }) {
      const { status, denyEpoch, notAfter } = await site.status(id);
      const table = await site.holderTable(notAfter);
      const denyNotice = await site.denyNotice();
      const readerCertificate = await site.currentReader({ kiosk: id, name, ward, publicKey: readerPublicKey });
      await store.leased(id, notAfter);
      return {
        status: textOf(status),
        table: textOf(table),
        denyEpoch,
        denyNotice: denyNotice === null ? null : textOf(denyNotice),
        readerCertificate: textOf(readerCertificate),
      };
    },
    report: ({ id }, report) => store.report(id, report),
    kiosks: () => store.kiosks(),
    deny: (id) => store.deny(id, now()),
    readyBootstrap,
  };
}

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
