import { after, type Clock, type Duration, days, type Instant, instant, minutes } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import { type DownBody, type DownKind, topics } from "@wardkey/protocol/fleet";
import { type ProfileFrame, signDownward, signProfiles, TO_ALL } from "@wardkey/protocol/fleet/signed";
import type { PolicyDocument } from "@wardkey/protocol/policy";
import { signPolicy } from "@wardkey/protocol/policy/signed";
import type { FleetAuthority } from "./fleet-authority.js";

export const SITE = "st-elsewhere";

export interface Issuers {
  readonly signer: Issuer;
  readonly downlink: Issuer;
  readonly policy: Issuer;
}

export const issuersOf = async (authority: FleetAuthority): Promise<Issuers> => ({
  signer: await authority.signer("signer"),
  downlink: await authority.signer("downlink"),
  policy: await authority.signer("policy"),
});

/** What a simulated fleet says downward: signed as the real one signs, or as anybody else would. */
export class FleetVoice {
  readonly site = SITE;
  denyEpoch = 0;
  issuers: Issuers;
  /** Added to the fleet's clock, ms. */
  clockOff = 0;
  readonly #clock: Clock;
  readonly #publish: (topic: string, payload: string, retain: boolean) => Promise<void>;
  #ids = 0;
  #policyEpoch = 0;
  #nudges = 0;

  constructor(parts: {
    readonly clock: Clock;
    readonly issuers: Issuers;
    readonly publish: (topic: string, payload: string, retain: boolean) => Promise<void>;
  }) {
    this.#clock = parts.clock;
    this.issuers = parts.issuers;
    this.#publish = parts.publish;
  }

  now(): Instant {
    return instant(Math.floor(this.#clock.now() + this.clockOff));
  }

  /** A downward message as the fleet signs it; anything may be another's. */
  sign<K extends DownKind>(
    kind: K,
    body: DownBody<K>,
    made: {
      to: string;
      epoch: number;
      id?: string;
      issuer?: Issuer;
      issuedAt?: Instant;
      expiresIn?: Duration;
      site?: string;
    },
  ): Promise<string> {
    const issuedAt = made.issuedAt ?? this.now();
    return signDownward(
      {
        site: made.site ?? SITE,
        audience: made.to,
        epoch: made.epoch,
        kind,
        body,
        issuedAt,
        expiresAt: after(issuedAt, made.expiresIn ?? days(4)),
        id: made.id ?? this.id(),
      },
      made.issuer ?? this.issuers.downlink,
    );
  }

  id(): string {
    return `0199a1b2-0000-7000-8000-${(++this.#ids).toString(16).padStart(12, "0")}`;
  }

  async want(device: string, epoch: number, body: Partial<DownBody<"desired">> = {}): Promise<void> {
    const whole = {
      policy: null,
      tableDigest: null,
      denyEpoch: 0,
      status: "active" as const,
      leaseDigest: null,
      ...body,
    };
    const jws = await this.sign("desired", whole, { to: device, epoch });
    await this.#publish(topics.desired(SITE, device), jws, true);
  }

  /** Signs and publishes the deny-list; the gate turns the devices away by `denied`. */
  async deny(body: Partial<DownBody<"deny-list">>): Promise<void> {
    this.denyEpoch += 1;
    const whole = { denyEpoch: this.denyEpoch, devices: [], holders: [], serials: [], ...body };
    const jws = await this.sign("deny-list", whole, { to: TO_ALL, epoch: this.denyEpoch });
    await this.#publish(topics.all(SITE, "deny-list"), jws, true);
  }

  /** Signs a policy and states it as the one for everybody. */
  async state(policy: Pick<PolicyDocument, "version" | "base">): Promise<void> {
    const issuedAt = this.now();
    const dates = { issuedAt, expiresAt: after(issuedAt, days(90)) };
    const rest = { v: 1, site: SITE, note: "", groups: {}, layers: [], devices: [] } as const;
    const { jws } = await signPolicy({ ...rest, ...dates, ...policy, layers: [], devices: [] }, this.issuers.policy);
    this.#policyEpoch += 1;
    const head = await this.sign("policy", { stable: jws, candidate: null }, { to: TO_ALL, epoch: this.#policyEpoch });
    await this.#publish(topics.all(SITE, "policy"), head, true);
  }

  /** Signs profiles of peripherals with the policy key and says them to everybody. */
  async profiles(frame: Pick<ProfileFrame, "version" | "profiles" | "retired">): Promise<void> {
    const signed = await signProfiles({ v: 1, site: SITE, issuedAt: this.now(), ...frame }, this.issuers.policy);
    const jws = await this.sign("profiles", { signed }, { to: TO_ALL, epoch: frame.version });
    await this.#publish(topics.all(SITE, "profiles"), jws, true);
  }

  /** Has a kiosk show a sentence; resolves with the nudge's id. */
  async nudge(device: string, body: DownBody<"nudge">): Promise<string> {
    this.#nudges += 1;
    const id = this.id();
    const jws = await this.sign("nudge", body, { to: device, epoch: this.#nudges, id, expiresIn: minutes(1) });
    await this.#publish(topics.nudge(SITE, device), jws, false);
    return id;
  }

  async command(device: string, body: DownBody<"command">, id = this.id()): Promise<string> {
    const jws = await this.sign("command", body, { to: device, epoch: 1, id, expiresIn: minutes(1) });
    await this.#publish(topics.command(SITE, device, id), jws, false);
    return jws;
  }
}
