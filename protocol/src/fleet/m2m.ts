import { z } from "zod";
import type { Issuer } from "../credential/cose.js";
import type { SiteTrust } from "../credential/site-trust.js";
import { after, type Duration, type Instant, minutes } from "../units.js";
import { MAX_UP_BYTES } from "./messages.js";
import { signStatement, verifyStatement } from "./signed.js";
import { parseM2mTopic, topics } from "./topics.js";

/**
 * Messages from machine to machine: statements of the sending device, which name their receiver and channel inside the
 * signature. A broker that is taken over can drop them and nothing else.
 */

/** The statement kind of a message from machine to machine. */
export const M2M_KIND = "m2m-message";
/** How long a message may travel: a receiver remembers the ids of this time. */
export const M2M_LIFE: Duration = minutes(5);

const Body = z.strictObject({ channel: z.string().regex(/^[a-z0-9-]{1,63}$/), content: z.json() });
export type M2mContent = z.infer<typeof Body>["content"];

export interface M2mMessage {
  readonly id: string;
  readonly from: string;
  readonly profile: string;
  readonly channel: string;
  readonly content: M2mContent;
  readonly issuedAt: Instant;
}

export type M2mRefusal =
  /** Not the topic of a message to this device. */
  | "m2m-topic"
  | "m2m-too-large"
  /** No device of this site signed it for this device: see `statement-…` and `certificate-…`. */
  | "m2m-forged"
  /** Signed for another receiver. */
  | "m2m-readdressed"
  /** Signed by another device than the topic says. */
  | "m2m-sender"
  /** Signed for another channel than the topic says. */
  | "m2m-channel"
  /** Not in the connection matrix as this device knows it. */
  | "m2m-unpaired"
  | "m2m-expired"
  /** Valid for longer than messages may be, or from the future. */
  | "m2m-untimely"
  | "m2m-replayed"
  /** The sender, or the certificate with which it signed, is on the deny-list. */
  | "m2m-denied"
  /** More valid messages than can be remembered: refused rather than taken twice. */
  | "m2m-crowded";

export type M2mOutcome =
  | { readonly ok: true; readonly message: M2mMessage }
  /** `why`: the code of the check behind `m2m-forged`. */
  | { readonly ok: false; readonly code: M2mRefusal; readonly why: string | null };

/** Signs `content` for `to`. Answers where to publish what. Throws `statement-invalid` for what is too large or no JSON. */
export async function signM2m(
  message: { site: string; from: string; to: string; channel: string; content: M2mContent; at: Instant; id: string },
  identity: Issuer,
): Promise<{ topic: string; payload: string }> {
  const { site, from, to, channel, content, at, id } = message;
  const statement = { site, device: from, to, kind: M2M_KIND, body: { channel, content }, id };
  const payload = await signStatement({ ...statement, issuedAt: at, expiresAt: after(at, M2M_LIFE) }, identity);
  return { topic: topics.m2m(site, { from, to, channel }), payload };
}

/** What a receiver knows of its site; asked anew at each message. */
export interface M2mKnowledge {
  readonly trust: () => SiteTrust;
  /** The fleet's time as this device knows it. */
  readonly now: () => Instant;
  /** Its rows of the connection matrix: `GET /v1/device/pairs`. */
  readonly paired: (from: string, channel: string) => boolean;
  /** By the newest deny-list that it verified. */
  readonly denied: (sender: { device: string; serial: string }) => boolean;
}

const MOST_REMEMBERED = 20_000;
/** Clocks of two devices of one site: each may be off by what is tolerated towards the fleet. */
const TOLERANCE = 5 * 60_000;

/** Judges what arrives for one device. Holds the ids of what it took until none of them could be valid any more. */
export class M2mReceiver {
  readonly #device: string;
  readonly #knowledge: M2mKnowledge;
  readonly #most: number;
  /** Id to when it may be forgotten; in order of arrival. */
  readonly #taken = new Map<string, number>();

  constructor(parts: { device: string; knowledge: M2mKnowledge; remembers?: number }) {
    this.#device = parts.device;
    this.#knowledge = parts.knowledge;
    this.#most = parts.remembers ?? MOST_REMEMBERED;
  }

  /** Whether this is news for this device, by a sender that may say it. A refusal changes nothing. */
  async receive(topic: string, payload: string): Promise<M2mOutcome> {
    const { trust, now, paired, denied } = this.#knowledge;
    const site = trust();
    const at = now();
    const route = parseM2mTopic(topic);
    if (route === undefined || route.site !== site.site || route.to !== this.#device) return refuse("m2m-topic");
    if (payload.length > MAX_UP_BYTES) return refuse("m2m-too-large");
    const checked = await verifyStatement(payload, { trust: site, at, kind: M2M_KIND, to: this.#device });
    if (!checked.ok) return refuse(REFUSALS[checked.code] ?? "m2m-forged", checked.code);
    const { statement } = checked;
    const body = Body.safeParse(statement.body);
    if (!body.success) return refuse("m2m-forged", "statement-malformed");
    if (statement.device !== route.from) return refuse("m2m-sender");
    if (body.data.channel !== route.channel) return refuse("m2m-channel");
    if (denied({ device: statement.device, serial: statement.serial })) return refuse("m2m-denied");
    if (!paired(statement.device, body.data.channel)) return refuse("m2m-unpaired");
    // Whoever signs for a longer time could replay after its id is forgotten.
    if (statement.expiresAt - statement.issuedAt > M2M_LIFE || statement.expiresAt - at > M2M_LIFE + TOLERANCE) {
      return refuse("m2m-untimely");
    }
    this.#forget(at);
    const key = `${statement.device} ${statement.id}`;
    if (this.#taken.has(key)) return refuse("m2m-replayed");
    if (this.#taken.size >= this.#most) return refuse("m2m-crowded");
    this.#taken.set(key, statement.expiresAt);
    const { id, profile, issuedAt } = statement;
    return {
      ok: true,
      message: { id, from: statement.device, profile, ...body.data, issuedAt },
    };
  }

  /** What has expired is refused for that: its id need not be remembered. */
  #forget(at: Instant): void {
    if (this.#taken.size < this.#most / 2) return;
    for (const [key, until] of this.#taken) if (until < at) this.#taken.delete(key);
  }
}

const REFUSALS: Readonly<Record<string, M2mRefusal>> = {
  "statement-audience": "m2m-readdressed",
  "statement-expired": "m2m-expired",
  "statement-not-yet-valid": "m2m-untimely",
};

const refuse = (code: M2mRefusal, why: string | null = null): M2mOutcome => ({ ok: false, code, why });
