import { randomBytes, type X509Certificate } from "node:crypto";
import { type Clock, codeOf, type Duration, days, hours, seconds, WardkeyError } from "@wardkey/protocol";
import { type CertificateChain, createSiteTrust, type SiteTrust } from "@wardkey/protocol/credential";
import { type DenyListBody, FLEET_CLIENT } from "@wardkey/protocol/fleet";
import type { FastifyBaseLogger } from "fastify";
import type { Admission, PeerCertificate } from "../platform/broker/port.js";
import { createDeviceLimit } from "../platform/http/device-limit.js";
import { digestOfToken, keyDigestOf, provesPossession } from "../platform/keys/p256.js";
import type { Database } from "../platform/sql/database.js";
import { type CaSite, digestOf } from "./adapters/ca-ceremonies.js";
import { alternativeNameOf } from "./adapters/ca-certificate.js";
import { allCertificates, chainOf, issuerOf } from "./adapters/ca-folder.js";
import { readerNamed, readIssued } from "./adapters/issued-words.js";
import { openAuthorities } from "./adapters/open-authorities.js";
import { type Issuers, openOwnKeys, type ServerTls } from "./adapters/own-keys.js";
import { startPolling } from "./adapters/polling.js";
import { createSqlCertificateLog } from "./adapters/sql-certificate-log.js";
import { createSqlDecisions } from "./adapters/sql-decisions.js";
import type { IssuedCertificate } from "./app/certificates.js";
import { type Denied, openDenials } from "./app/denials.js";
import { type CertificatePage, createDeviceCertificates } from "./app/device-certificates.js";
import { createEst, type Est } from "./app/est.js";
import { openIdentityGate } from "./app/gate.js";
import { createIssuance, type IssuedListener } from "./app/issuance.js";
import { createLostIdentities } from "./app/lost-identities.js";
import { createRevocationLists } from "./app/revocation-list.js";
import type { RotateArguments } from "./app/rotation.js";
import { createStatements, type Statements } from "./app/statements.js";
import { createTickets, type Tickets } from "./app/tickets.js";

export interface FleetPkiParts {
  /** `<dataDir>/pki`. */
  readonly folder: string;
  readonly site: CaSite;
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: Pick<FastifyBaseLogger, "info" | "warn" | "error">;
  /** DNS names and addresses under which devices reach HTTPS and MQTT. */
  readonly serverNames: readonly string[];
  /** Goes into tickets. */
  deviceUrl(): string;
  /** The registry's words for the reader certificate; `null` for a device that it does not know. */
  deviceNamed(device: string): Promise<{ name: string; ward: string } | null>;
  /** How often the denials of other fleet servers on the same database are taken in. */
  readonly pollEvery?: Duration;
  /** When the site did what it does not know any more, since it was restored from a backup. */
  lost?(): readonly { readonly from: number; readonly to: number }[];
}

export interface FleetPki extends Statements {
  /** DER of the root in force. */
  readonly rootCertificate: Uint8Array;
  /** SHA-256 of it, base64url, as in a ticket. */
  readonly rootDigest: string;
  trust(): SiteTrust;
  caCertificates(): readonly Uint8Array[];
  /** The leaf, its intermediate and cross-certificates: for whoever hands a certificate on. */
  chainOf(leaf: Uint8Array): CertificateChain;
  admit(peer: PeerCertificate): Promise<Admission>;
  readonly issuers: Issuers;
  readonly tls: ServerTls;
  /** The fleet server's own certificate as a client of an outside broker, common name `FLEET_CLIENT`. */
  readonly client: ServerTls;
  /** A certificate of 90 days for another server of the site, such as an outside broker, with its chain. */
  serverCertificate(of: { names: readonly string[]; publicKey: Uint8Array }): Promise<CertificateChain>;
  readonly issueTicket: Tickets["issue"];
  readonly est: Est;
  /** The reader certificate in force, renewed at half life or under another name; `null` without a reader key. */
  reader(of: {
    kiosk: string;
    name: string;
    ward: string;
  }): Promise<{ chain: CertificateChain; notAfter: number } | null>;
  identityExpiry(device: string): Promise<number | null>;
  certificatesOf(device: string): Promise<IssuedCertificate[]>;
  /** The same as people read them, by page. */
  shownCertificates(device: string, page: { limit: number; from: number }): Promise<CertificatePage>;
  denyEpoch(): number;
  denyList(): DenyListBody;
  deny(whom: { device: string } | { holder: string } | { serial: string }): Promise<number>;
  denyDevice(device: string): Promise<number>;
  denyCertificates(device: string): Promise<number>;
  readmitDevice(device: string): Promise<number>;
  /** The list as it is, said to everybody under the next epoch. */
  restateDenials(): Promise<number>;
  readonly holders: { ban(staffId: string): Promise<number>; lift(staffId: string): Promise<number> };
  /** Also for denials by another fleet server. Returns "off". */
  onDenied(listener: (denied: Denied) => void): () => void;
  onIssued(listener: IssuedListener): () => void;
  /** DER; of the intermediate in force, or of the one with this key identifier. `null` for one that is not here. */
  crl(issuer?: string): Promise<Uint8Array | null>;
  health(): Promise<{ rootExpiresAt: number; intermediateExpiresAt: number; rootKeyOnline: boolean }>;
  /** What happens by itself each second: takes in what another fleet server denied, renews the server's certificate. */
  review(): Promise<void>;
  /** Takes in a rotated intermediate or root. */
  reload(): Promise<void>;
  /** The same, when what the folder puts in force has this digest (SHA-256, base64url); else false, and nothing changes. */
  takeUp(rotated: RotateArguments): Promise<boolean>;
  stop(): Promise<void>;
}

const TOKEN_BYTES = 32;
/** A device needs three a day; one that lost its answers to a bad line asks more often. */
const CERTIFICATES_AN_HOUR = 120;
const POLL_EVERY = seconds(1);
const WARN_BEFORE_END = days(180);

/**
 * Opens the site's certificate authority: root and intermediate, issue log, deny-list, the server's own keys. Refuses with
 * `root-missing`, `root-mismatch`, `intermediate-missing`, `ca-damaged` or `leaf-key-damaged`.
 */
export async function openPki(parts: FleetPkiParts): Promise<FleetPki> {
  const { folder, site, clock, logger } = parts;
  const now = (): ReturnType<Clock["now"]> => clock.now();
  const log = createSqlCertificateLog(parts.database);
  const authorities = await openAuthorities({ folder, site, now, issuedBefore: (await log.count()) > 0 });
  const denials = await openDenials({
    decisions: createSqlDecisions(parts.database),
    log,
    now,
    failed: (error) => logger.error({ code: codeOf(error) }, "a listener to denials failed"),
  });
  const issuance = createIssuance({
    site: site.id,
    authority: authorities.issuing,
    log,
    deniesSerial: denials.list.deniesSerial,
    digest: keyDigestOf,
    readerNamed,
    now,
  });
  const own = await openOwnKeys({
    folder,
    site,
    serverNames: parts.serverNames,
    authorities: authorities.current,
    authority: authorities.issuing,
    record: issuance.record,
    now,
    renewalFailed: (error) => logger.error({ code: codeOf(error) }, "a key of the server's own was not renewed"),
  });
  const isOurs = (certificate: X509Certificate): boolean => {
    const { roots, intermediates } = authorities.current();
    return [...intermediates, ...roots].some(
      ({ x509 }) => certificate.checkIssued(x509) && certificate.verify(x509.publicKey),
    );
  };
  const trust = (): SiteTrust => {
    const [first, ...moreRoots] = authorities.current().roots.map(({ der }) => der);
    const made = createSiteTrust({ site: site.id, rootCertificate: first ?? new Uint8Array(0), moreRoots });
    if (!made.ok) throw new WardkeyError("ca-damaged", "the site's root cannot be trusted");
    return made.trust;
  };
  const chain = (leaf: Uint8Array): CertificateChain => chainOf(authorities.current(), leaf);
  const refind = createLostIdentities({
    lost: () => parts.lost?.() ?? [],
    chainOf: chain,
    trust,
    knows: async (device) => (await parts.deviceNamed(device)) !== null,
    log,
    readmittedAt: denials.list.readmittedAt,
    digest: keyDigestOf,
    issuerOf: (der) => issuerOf(authorities.current(), der),
  });
  const gate = await openIdentityGate({ log, list: denials.list, isOurs, refind, now });
  const root = (): Uint8Array => authorities.current().roots[0]?.der ?? new Uint8Array(0);
  const tickets = createTickets({
    site: site.id,
    log,
    denials,
    rootDigest: () => digestOf(root()),
    deviceUrl: parts.deviceUrl,
    // Outside brokers know the fleet server itself by names that begin so.
    knows: async (device) => !device.startsWith(FLEET_CLIENT) && (await parts.deviceNamed(device)) !== null,
    newToken: () => randomBytes(TOKEN_BYTES).toString("base64url"),
    digest: digestOfToken,
    now,
  });
  const est = createEst({
    site: site.id,
    tickets,
    gate,
    issuance,
    denials,
    log,
    authorities: () => allCertificates(authorities.current()),
    mayHaveMore: createDeviceLimit({ calls: CERTIFICATES_AN_HOUR, within: hours(1), clock }).take,
    named: parts.deviceNamed,
    proves: provesPossession,
    digest: keyDigestOf,
  });
  const lists = createRevocationLists({ denials, log, now });
  const statements = createStatements({
    site: site.id,
    signer: own.issuers.signer,
    denials,
    log,
    publicKeyOf: ({ der }) => readIssued(der).publicKey,
    now,
  });
  const health: FleetPki["health"] = async () => ({
    rootExpiresAt: authorities.current().roots[0]?.notAfter ?? 0,
    intermediateExpiresAt: authorities.current().intermediates[0]?.notAfter ?? 0,
    rootKeyOnline: await authorities.rootKeyOnline(),
  });
  warnOf(await health(), now(), logger);
  const review = async (): Promise<void> => {
    await denials.refresh();
    await own.review();
  };
  const reload = async (): Promise<void> => {
    await authorities.reload();
    await own.reloaded();
  };
  const poll = startPolling(parts.pollEvery ?? POLL_EVERY, logger, review);

  return {
    ...statements,
    get rootCertificate() {
      return root();
    },
    get rootDigest() {
      return digestOf(root());
    },
    trust,
    caCertificates: () => allCertificates(authorities.current()),
    chainOf: chain,
    admit: gate.admit,
    issuers: own.issuers,
    tls: own.tls,
    client: own.client,
    serverCertificate: async ({ names, publicKey }) =>
      chain((await issuance.server({ names, alternatives: names.map(alternativeNameOf), publicKey })).der),
    issueTicket: tickets.issue,
    est,
    async reader(of) {
      const issued = await issuance.currentReader(of);
      return issued === null ? null : { chain: chain(issued.der), notAfter: issued.notAfter };
    },
    identityExpiry: async (device) => (await log.newest(device, "identity"))?.notAfter ?? null,
    certificatesOf: log.ofDevice,
    shownCertificates: createDeviceCertificates({ log, list: denials.list, now }),
    denyEpoch: () => denials.list.epoch,
    denyList: denials.body,
    deny: denials.deny,
    denyDevice: (device) => denials.deny({ device }),
    denyCertificates: denials.denyCertificates,
    readmitDevice: denials.readmitDevice,
    restateDenials: denials.restate,
    holders: { ban: denials.banHolder, lift: denials.liftHolder },
    onDenied: denials.onDenied,
    onIssued: issuance.onIssued,
    async crl(issuer) {
      const authority = issuer === undefined ? authorities.issuing() : authorities.byId(issuer);
      return authority === undefined ? null : lists(authority);
    },
    health,
    review,
    reload,
    async takeUp({ what, digest }) {
      const { roots, intermediates } = await authorities.read();
      const [next] = what === "root" ? roots : intermediates;
      if (next === undefined || digestOf(next.der) !== digest) return false;
      await reload();
      return true;
    },
    async stop() {
      await poll.stop();
      await log.stop();
    },
  };
}

function warnOf(health: Awaited<ReturnType<FleetPki["health"]>>, now: number, logger: FleetPkiParts["logger"]): void {
  if (health.rootKeyOnline) {
    logger.warn(
      { code: "root-key-online" },
      "the root's key lies beside the server: keep it offline (docs/operate.md, \"The root's key\")",
    );
  }
  if (health.intermediateExpiresAt - now < WARN_BEFORE_END) {
    logger.warn(
      { code: "intermediate-expiring", at: health.intermediateExpiresAt },
      'the intermediate ends within half a year: run "wardkey ca rotate intermediate"',
    );
  }
}
