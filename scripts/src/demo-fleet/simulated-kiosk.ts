import { randomUUID } from "node:crypto";
import {
  DesiredBody,
  type JournalEvent,
  MAX_EVENTS_PER_MESSAGE,
  NudgeBody,
  type ReportedBody,
  topics,
} from "@wardkey/protocol/fleet";
import { JOURNAL_GENESIS, JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import mqtt, { type MqttClient } from "mqtt";
import { z } from "zod";
import type { SwarmDevice } from "../fleet-bench/swarm-messages.js";
import type { Entry } from "./visits.js";

const CONNECT_WITHIN_MS = 30_000;
const KEEPALIVE_SECONDS = 60;
const VERSION = "0.1.0";
const LEASE_MS = 86_400_000;
const Spoken = z.object({ jti: z.string(), body: z.unknown() });

export interface SiteLine {
  readonly url: string;
  /** PEM. */
  readonly ca: string;
  readonly site: string;
}

/**
 * A kiosk of which only the side towards the fleet is there: its own certificate, a line to the broker, a journal with a
 * chain, a shadow that follows. What it says to have done nobody did, and what it is told it repeats without checking.
 */
export class SimulatedKiosk {
  readonly id: string;
  readonly #device: SwarmDevice;
  readonly #line: SiteLine;
  readonly #hasher = new JournalHasher();
  #head = Buffer.from(JOURNAL_GENESIS).toString("base64url");
  #seq = 0;
  #session = 0;
  #client: MqttClient | null = null;
  #outbox: JournalEvent[] = [];
  #draining: Promise<void> | null = null;
  #desired: DesiredBody | null = null;
  #state: ReportedBody["state"] = "locked";
  /** Who is in. */
  #served: string | null = null;
  readonly #ends: number;
  /** Told of every nudge that comes for it. */
  onNudge: (nudge: { id: string; body: NudgeBody }) => void = () => undefined;
  #oddities: Partial<Pick<ReportedBody, "camera" | "clockOffsetMs" | "policy">> = {};

  constructor(device: SwarmDevice, line: SiteLine, certificateExpiresAt: number) {
    this.id = device.id;
    this.#device = device;
    this.#line = line;
    this.#ends = certificateExpiresAt;
  }

  get isConnected(): boolean {
    return this.#client?.connected ?? false;
  }

  /** Whose session is open here; `null`: nobody's. */
  get served(): string | null {
    return this.#served;
  }

  /** Connects as itself, or with another's name, which the fleet is to refuse. Rejects when it was refused. */
  async connect(as: string = this.id): Promise<void> {
    this.#session += 1;
    const { url, ca, site } = this.#line;
    const client = mqtt.connect(url, {
      ...{ clientId: as, key: this.#device.key, cert: this.#device.cert, ca, protocolVersion: 4, clean: true },
      ...{ keepalive: KEEPALIVE_SECONDS, reconnectPeriod: 0, connectTimeout: CONNECT_WITHIN_MS },
      will: {
        topic: topics.status(site, as),
        payload: this.#envelope("death", { session: this.#session }),
        qos: 1,
        retain: true,
      },
    });
    try {
      await new Promise<void>((resolve, reject) => {
        client.once("connect", () => resolve());
        client.once("error", reject);
        client.once("close", () => reject(new Error("closed")));
      });
    } catch (error) {
      client.end(true);
      throw error;
    }
    client.on("error", () => undefined);
    // What waits for an acknowledgement fails then, and is sent again on the next line.
    client.once("close", () => client.end(true));
    client.on("message", (topic, payload) => this.#hear(topic, payload));
    this.#client = client;
    const mine = [topics.desired(site, this.id), topics.commands(site, this.id), topics.nudge(site, this.id)];
    await client.subscribeAsync(mine, { qos: 1 });
    await this.#publish(topics.status(site, this.id), this.#envelope("birth", { session: this.#session }), true);
    await this.report();
    await this.drain();
  }

  /** Another machine that holds this one's key and certificate. */
  withItsKey(): SimulatedKiosk {
    return new SimulatedKiosk(this.#device, this.#line, this.#ends);
  }

  /** As a line that broke: its last will speaks. */
  cut(): void {
    this.#client?.stream.destroy();
    this.#client?.end(true);
    this.#client = null;
  }

  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    if (client?.connected !== true) return;
    const death = this.#envelope("death", { session: this.#session });
    await client.publishAsync(topics.status(this.#line.site, this.id), death, { qos: 1, retain: true });
    await client.endAsync(true);
  }

  /** Journals, keeps while there is no line, and drains. */
  async journal(entries: readonly Entry[]): Promise<void> {
    const before = this.#state;
    for (const { at, kind, body } of entries) {
      this.#seq += 1;
      const entry = { seq: this.#seq, id: randomUUID(), at, kind, body: body as JournalEvent["body"] };
      this.#head = this.#hasher.chain(this.#head, entry);
      this.#outbox.push({ ...entry, hash: this.#head });
      if (kind === "session.unlocked") {
        this.#state = "unlocked";
        this.#served = body.staffId ?? null;
      }
      if (kind === "session.locked") {
        this.#state = "locked";
        this.#served = null;
      }
    }
    await this.drain();
    if (this.#state !== before) await this.report();
  }

  drain(): Promise<void> {
    this.#draining ??= this.#send()
      // The line broke: what was not acknowledged stays in the outbox.
      .catch(() => undefined)
      .finally(() => {
        this.#draining = null;
      });
    return this.#draining;
  }

  /** What is odd about it, from now on. */
  async seem(oddities: Partial<Pick<ReportedBody, "camera" | "clockOffsetMs" | "policy">>): Promise<void> {
    this.#oddities = oddities;
    await this.report();
  }

  async report(): Promise<void> {
    if (!this.isConnected) return;
    const now = Date.now();
    const body: ReportedBody = {
      ...{ state: this.#state, profile: "production", version: VERSION, camera: "ok" },
      policy: this.#desired?.policy ?? null,
      tableDigest: this.#desired?.tableDigest ?? null,
      denyEpoch: this.#desired?.denyEpoch ?? 0,
      leaseEndsAt: now + LEASE_MS,
      certificateExpiresAt: this.#ends,
      readerExpiresAt: null,
      ...{ journalSeq: this.#seq, outbox: this.#outbox.length, clockOffsetMs: 0 },
      ...this.#oddities,
    };
    await this.#publish(topics.reported(this.#line.site, this.id), this.#envelope("reported", body), true);
  }

  async #send(): Promise<void> {
    while (this.#outbox.length > 0 && this.isConnected) {
      const events = this.#outbox.slice(0, MAX_EVENTS_PER_MESSAGE);
      await this.#publish(topics.event(this.#line.site, this.id), this.#envelope("journal", { events }), false);
      this.#outbox.splice(0, events.length);
    }
  }

  #hear(topic: string, payload: Buffer): void {
    const [, said = ""] = payload.toString("utf8").split(".");
    const spoken = Spoken.safeParse(parsed(said));
    if (!spoken.success) return;
    const { site } = this.#line;
    if (topic === topics.nudge(site, this.id)) {
      const nudge = NudgeBody.safeParse(spoken.data.body);
      if (nudge.success) this.onNudge({ id: spoken.data.jti, body: nudge.data });
      return;
    }
    if (topic === topics.desired(site, this.id)) {
      const desired = DesiredBody.safeParse(spoken.data.body);
      if (!desired.success) return;
      this.#desired = desired.data;
      void this.report().catch(() => undefined);
      return;
    }
    const request = topic.split("/").at(-1) ?? "";
    const answer = this.#envelope("response", { status: 200, code: null });
    void this.#publish(topics.response(site, this.id, request), answer, false).catch(() => undefined);
  }

  #envelope(kind: string, body: object): string {
    const at = Date.now();
    return JSON.stringify({ v: 1, id: uuidV7(at), at, kind, body });
  }

  async #publish(topic: string, payload: string, retain: boolean): Promise<void> {
    await this.#client?.publishAsync(topic, payload, { qos: 1, retain });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return null;
  }
}
