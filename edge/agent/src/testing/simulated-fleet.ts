import { X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { TLSSocket } from "node:tls";
import { after, type Clock, type Duration, days, hours, instant, minutes } from "@wardkey/protocol";
import { issueStatus, keyDigest, sha256 } from "@wardkey/protocol/credential";
import { type EnrolmentTicket, encodeHolderTable, type JournalEvent, topics } from "@wardkey/protocol/fleet";
import { certificatesAnswer, FleetAuthority, readRequest } from "./fleet-authority.js";
import { FleetVoice, type Issuers, issuersOf, SITE } from "./fleet-voice.js";
import { cutOff, listen } from "./listen.js";
import { SimulatedBroker } from "./simulated-broker.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");

interface Answer {
  readonly status: number;
  readonly body: string | Buffer;
}

type Handler = (body: string, request: IncomingMessage) => Promise<Answer> | Answer;

const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });
const refuse = (status: number, code: string): Answer =>
  json({ type: "about:blank", title: code, status, code }, status);

/** Who called, as the certificate of the connection says; dates are judged by the simulated clock. */
interface Caller {
  readonly device: string;
  readonly serial: string;
  readonly notAfter: number;
}

/**
 * A fleet in a few hundred lines, for the tests of the uplink: a real authority, EST and the device calls over real TLS,
 * and a real broker in this process. It keeps journals as the fleet does and can lose, refuse, forget and go away.
 */
export class SimulatedFleet extends FleetVoice {
  readonly authority: FleetAuthority;
  readonly broker: SimulatedBroker;
  /** Of each device: everything that it sent and that was new, oldest first. */
  readonly journals = new Map<string, JournalEvent[]>();
  readonly calls: string[] = [];
  /** Everything that was ever sent here over HTTPS. */
  readonly bodies: string[] = [];
  readonly answers: { topic: string; body: unknown }[] = [];
  table: Uint8Array = encodeHolderTable({ firstWindow: 0, windows: 1, holders: [] });
  leaseFor: Duration = hours(24);
  /** The next answer to this call is lost on its way, after its effect. */
  loseNext: string | null = null;
  /** Sets the fleet's clock beside everybody else's, ms. */
  setClock: (by: number) => void = () => {};
  acknowledges = true;
  readonly denied = new Set<string>();
  readonly #routes = new Map<string, Handler>();
  readonly #spent = new Map<string, string>();
  readonly #tickets = new Map<string, string>();
  readonly #readers = new Map<string, Uint8Array>();
  #server: Server | null = null;
  #port = 0;
  #tokens = 0;

  private constructor(clock: Clock, authority: FleetAuthority, issuers: Issuers) {
    super({ clock, issuers, publish: (topic, payload, retain) => this.broker.publish(topic, payload, retain) });
    this.authority = authority;
    this.broker = new SimulatedBroker({ site: SITE, admits: (certificate) => this.#admit(certificate).ok });
    this.broker.onUp = (device, leaf, payload) => this.#heard(device, leaf, payload);
    this.#serve();
  }

  static async start(clock: Clock): Promise<SimulatedFleet> {
    let off = 0;
    const authority = await FleetAuthority.create(SITE, () => instant(clock.now() + off));
    const issuers = await issuersOf(authority);
    const fleet = new SimulatedFleet(clock, authority, issuers);
    fleet.setClock = (by) => {
      off = by;
      fleet.clockOff = by;
    };
    await fleet.comeBack();
    return fleet;
  }

  /** Both listeners, on the ports of the time before. */
  async comeBack(): Promise<void> {
    const tls = await this.authority.server();
    const server = createServer(
      { ...tls, minVersion: "TLSv1.3", requestCert: true, rejectUnauthorized: false },
      (request, response) => void this.#answer(request, response),
    );
    this.#port = await listen(server, this.#port);
    this.#server = server;
    await this.broker.start(tls);
  }

  /** Power off: every connection is gone, what was durable stays. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) await cutOff(server);
    await this.broker.stop();
  }

  async stop(): Promise<void> {
    await this.goAway();
    await this.broker.end();
  }

  ticket(device: string, token = `token-${++this.#tokens}-${"x".repeat(20)}`): EnrolmentTicket {
    this.#tickets.set(token, device);
    return {
      v: 1,
      site: SITE,
      device,
      profile: "kiosk",
      token,
      rootDigest: this.authority.rootDigest,
      deviceUrl: `https://127.0.0.1:${this.#port}`,
      expiresAt: after(this.now(), hours(1)),
    };
  }

  /** Signers under the newest root, and the listeners with certificates of it. */
  async rotateRoot(): Promise<void> {
    await this.authority.rotateRoot();
    this.issuers = await issuersOf(this.authority);
    await this.goAway();
    await this.comeBack();
  }

  on(call: string, handler: Handler): void {
    this.#routes.set(call, handler);
  }

  handler(call: string): Handler {
    return this.#routes.get(call) ?? (() => refuse(404, "not-found"));
  }

  refuse(call: string, status: number, code: string): void {
    this.on(call, () => refuse(status, code));
  }

  /** Calls of this kind so far. */
  count(call: string): number {
    return this.calls.filter((each) => each === call).length;
  }

  /** The fleet as its backup of `entries` entries remembers this device. */
  restoreBackup(device: string, entries: number): void {
    this.journals.set(device, (this.journals.get(device) ?? []).slice(0, entries));
  }

  #admit(der: Uint8Array | undefined): { ok: true; caller: Caller } | { ok: false; code: string } {
    if (der === undefined) return { ok: false, code: "certificate-missing" };
    const certificate = new X509Certificate(der);
    const device = /CN=([a-z0-9-]+)/.exec(certificate.subject)?.[1] ?? "";
    const caller = {
      device,
      serial: certificate.serialNumber.toLowerCase(),
      notAfter: Date.parse(certificate.validTo),
    };
    if (this.denied.has(device)) return { ok: false, code: "device-denied" };
    if (this.denied.has(caller.serial)) return { ok: false, code: "certificate-denied" };
    if (this.now() > caller.notAfter) return { ok: false, code: "certificate-expired" };
    return { ok: true, caller };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const path = (request.url ?? "").split("?")[0] ?? "";
    const call = `${request.method} ${path}`;
    this.calls.push(call);
    this.bodies.push(body);
    const table = /^GET \/v1\/kiosk\/table\//.test(call) ? "GET /v1/kiosk/table" : call;
    const answer = (await this.#routes.get(table)?.(body, request)) ?? refuse(404, "not-found");
    if (this.loseNext === call) {
      this.loseNext = null;
      request.socket.destroy();
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(answer.body);
  }

  #serve(): void {
    this.on("GET /.well-known/est/cacerts", () => ({ status: 200, body: this.authority.authorities() }));
    this.on("POST /.well-known/est/kiosk/simpleenroll", async (body, request) => {
      const [device = "", token = ""] = Buffer.from((request.headers.authorization ?? "").slice(6), "base64")
        .toString()
        .split(":");
      const asked = await readRequest(body);
      const key = text(asked.publicKey);
      if (this.#tickets.get(token) !== device || asked.device !== device) return refuse(401, "ticket-refused");
      if ((this.#spent.get(token) ?? key) !== key) return refuse(401, "ticket-spent");
      this.#spent.set(token, key);
      return { status: 200, body: certificatesAnswer([await this.authority.identity(device, asked.publicKey)]) };
    });
    this.on("POST /.well-known/est/kiosk/simplereenroll", async (body, request) => {
      const admitted = this.#admit(peer(request));
      const late = !admitted.ok && admitted.code === "certificate-expired" && this.#lateBy(request) <= days(30);
      if (!admitted.ok && !late) return refuse(403, admitted.code);
      const asked = await readRequest(body);
      return { status: 200, body: certificatesAnswer([await this.authority.identity(asked.device, asked.publicKey)]) };
    });
    this.#device("POST /.well-known/est/reader/simpleenroll", async (caller, body) => {
      const asked = await readRequest(body);
      const leaf = await this.authority.reader(caller.device, asked.publicKey);
      this.#readers.set(caller.device, leaf);
      return { status: 200, body: certificatesAnswer([leaf]) };
    });
    this.#device("GET /v1/device/connection", ({ device }) =>
      json({
        site: SITE,
        siteName: "St. Elsewhere",
        device,
        name: "Workstation 1",
        ward: "Ward 3",
        kind: "kiosk",
        tags: [],
        mqttUrl: this.broker.url,
        now: this.now(),
      }),
    );
    this.#device("GET /v1/kiosk/lease", async ({ device }) => {
      const leaf = this.#readers.get(device);
      return leaf === undefined ? refuse(409, "reader-missing") : json(await this.lease(device, leaf));
    });
    this.#device("GET /v1/kiosk/table", () => ({ status: 200, body: Buffer.from(this.table) }));
    this.#device("GET /v1/kiosk/events/head", ({ device }) => {
      const last = this.journals.get(device)?.at(-1);
      return json({ seq: last?.seq ?? 0, head: last?.hash ?? "" });
    });
  }

  async lease(device: string, reader: Uint8Array): Promise<object> {
    const readerKey = keyDigest(new X509Certificate(reader).publicKey.export({ format: "der", type: "spki" }));
    const status = await issueStatus(
      {
        site: SITE,
        kiosk: device,
        readerKey,
        denyEpoch: this.denyEpoch,
        notBefore: after(this.now(), minutes(-5)),
        notAfter: after(this.now(), this.leaseFor),
      },
      this.issuers.signer,
    );
    const tableDigest = text(sha256(this.table));
    return {
      status: text(status),
      denyEpoch: this.denyEpoch,
      denyNotice: null,
      readerChain: this.authority.chainOf(reader).map(text),
      tableDigest,
      leaseDigest: text(sha256(Buffer.from(`${tableDigest} ${this.denyEpoch}`))),
    };
  }

  #lateBy(request: IncomingMessage): number {
    const der = peer(request);
    return der === undefined ? Number.POSITIVE_INFINITY : this.now() - Date.parse(new X509Certificate(der).validTo);
  }

  #device(call: string, handler: (caller: Caller, body: string) => Promise<Answer> | Answer): void {
    this.on(call, (body, request) => {
      const admitted = this.#admit(peer(request));
      return admitted.ok ? handler(admitted.caller, body) : refuse(403, admitted.code);
    });
  }

  async #heard(device: string, leaf: string, payload: unknown): Promise<void> {
    if (leaf.startsWith("res/")) this.answers.push({ topic: leaf, body: payload });
    if (leaf !== "event" || typeof payload !== "object" || payload === null || !("kind" in payload)) return;
    const { kind, body } = payload as { kind: string; body: { events: JournalEvent[] } };
    if (kind !== "journal") return;
    const held = this.journals.get(device) ?? [];
    this.journals.set(device, held);
    let refusal: { code: string; seq: number } | null = null;
    for (const event of body.events) {
      const known = held[event.seq - 1];
      if (known !== undefined && known.hash !== event.hash) refusal = { code: "journal-fork", seq: event.seq };
      else if (event.seq > held.length + 1) refusal = { code: "journal-gap", seq: event.seq };
      else if (known === undefined) held.push(event);
    }
    if (!this.acknowledges) return;
    const last = held.at(-1);
    const ack = { seq: last?.seq ?? 0, head: last?.hash ?? "", refusal };
    const jws = await this.sign("ack", ack, { to: device, epoch: ack.seq, expiresIn: minutes(10) });
    await this.broker.publish(topics.acknowledgement(SITE, device), jws, false);
  }
}

const peer = (request: IncomingMessage): Uint8Array | undefined =>
  (request.socket as TLSSocket).getPeerCertificate().raw;
