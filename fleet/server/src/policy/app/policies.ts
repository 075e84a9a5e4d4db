import { type Clock, codeOf, type Duration, days, seconds, WardkeyError } from "@wardkey/protocol";
import type { Issuer } from "@wardkey/protocol/credential";
import type { PolicyHeadBody } from "@wardkey/protocol/fleet";
import {
  assemble,
  type DeviceFacts,
  decide,
  explain,
  type PolicyContent,
  type PolicyDecision,
  type PolicyFinding,
  resolve,
  type SettingName,
  type Settings,
  weakenedByMove,
} from "@wardkey/protocol/policy";
import { signPolicy } from "@wardkey/protocol/policy/signed";
import { type Head, percentOf } from "../../rollout/index.js";
import { genesisContent } from "../domain/genesis.js";
import { type DraftAnswer, Drafts } from "./drafts.js";
import type { HeadLink, PolicyStore, ProposePort, PublishedPolicy, Record, RolloutPort } from "./ports.js";
import { genesisDocument, Publishing } from "./publishing.js";

/** A kiosk that comes back after an outage of a month still finds a head that it may believe. */
const HEAD_LIFE: Duration = days(30);
/** So often a head is stated anew, long before the one before ends. */
const RESTATE_EVERY: Duration = days(1);
const RETRY: Duration = seconds(30);
/** From here on a policy that ends is a concern for the administrators. */
const EXPIRES_SOON: Duration = days(30);

export interface PoliciesParts {
  readonly site: string;
  readonly profile: "demo" | "production";
  readonly store: PolicyStore;
  readonly rollouts: RolloutPort;
  readonly clock: Clock;
  /** Runs `wake` once after `delay`; answers how to cancel it. */
  readonly after: (delay: Duration, wake: () => void) => () => void;
  readonly newId: () => string;
  /** The policy key, asked for at each signature. */
  readonly issuer: () => Promise<Issuer>;
  readonly devices: () => Promise<readonly DeviceFacts[]>;
  readonly downlink: HeadLink;
  /** What a device should run changed: its desired state is to be stated anew. */
  readonly refreshDesired: () => void;
  readonly record: Record;
  /** People's approval; asked for only once somebody publishes. */
  readonly approvals: () => ProposePort;
  /** A git checkout is the source of truth: drafts come from files alone. */
  readonly keptInFiles: boolean;
  readonly log: (event: { code: string }) => void;
  /** Somebody saved a draft, which the audit does not hold: for who has it open. */
  readonly drafted?: () => void;
  /** New policies get a version above this one: see the restore from a backup. */
  readonly versionFloor?: () => number;
}

export type PolicyConcern = "policy-expired" | "policy-expires-soon" | "policy-rollout-halted";

/** A site's policies: written, approved, signed, stated to every device, and asked about. */
export class Policies {
  readonly drafts: Drafts;
  readonly publishing: Publishing;
  readonly #parts: PoliciesParts;
  /** Those of the present head, by version. */
  #inForce: ReadonlyMap<number, PublishedPolicy> = new Map();
  #cancel: (() => void) | null = null;
  #stopped = false;
  #stating: Promise<void> = Promise.resolve();
  readonly #off: () => void;

  private constructor(parts: PoliciesParts) {
    this.#parts = parts;
    const { site, store, clock, newId, record, keptInFiles, rollouts, issuer, devices, approvals } = parts;
    this.drafts = new Drafts({
      site,
      store,
      clock,
      newId,
      record,
      keptInFiles,
      saved: parts.drafted ?? (() => undefined),
    });
    this.publishing = new Publishing({
      site,
      store,
      rollouts,
      clock,
      newId,
      issuer,
      devices,
      record,
      propose: (input) => approvals().propose(input),
      floor: parts.versionFloor ?? (() => 0),
    });
    this.#off = rollouts.onHead((head) => this.#state(head));
  }

  /** Writes and signs the first policy at a site's first start. The head is stated by `start`. */
  static async open(parts: PoliciesParts): Promise<Policies> {
    const policies = new Policies(parts);
    await policies.#begin();
    await policies.#load(parts.rollouts.head());
    return policies;
  }

  /** States the head now and every day, once the broker is there. */
  start(): void {
    this.#stating = this.#restate();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#off();
    await this.#stating;
  }

  /** What everybody runs who is not in a ring. */
  current(): PublishedPolicy {
    const stable = this.#inForce.get(this.#parts.rollouts.head()?.stable ?? 0);
    if (stable === undefined) throw new WardkeyError("policy-missing", "the site has no policy yet");
    return stable;
  }

  version(version: number): Promise<PublishedPolicy | null> {
    return this.#parts.store.version(version);
  }

  versions(page: { before: number; limit: number }): Promise<readonly PublishedPolicy[]> {
    return this.#parts.store.versions(page);
  }

  /** Which policy a device should run now. */
  of(device: string): { readonly version: number; readonly digest: string } | null {
    const policy = this.#of(device);
    return policy === null ? null : { version: policy.version, digest: policy.digest };
  }

  settingsFor(facts: DeviceFacts): Settings {
    return resolve((this.#of(facts.device) ?? this.current()).document, facts).settings;
  }

  /** The settings that would protect less if a device's ward, kind or tags changed. */
  weakens(before: DeviceFacts, after: DeviceFacts): readonly SettingName[] {
    return weakenedByMove((this.#of(before.device) ?? this.current()).document, before, after);
  }

  explain(facts: DeviceFacts): ReturnType<typeof explain> {
    return explain((this.#of(facts.device) ?? this.current()).document, facts);
  }

  /** The longest lease that any device may be given, hours: how far ahead the site must prepare. */
  longestLeaseHours(): number {
    const said = [...this.#inForce.values()].flatMap(({ document }) => [
      document.base["lease.hours"],
      ...[...document.layers, ...document.devices].map(({ settings }) => settings["lease.hours"] ?? 0),
    ]);
    return Math.max(1, ...said);
  }

  /** What recorded facts would lead to under `content`, or under what is in force. */
  whatIf(input: {
    content: PolicyContent | null;
    device: DeviceFacts;
    facts: readonly unknown[];
  }): readonly PolicyDecision[] {
    const { document } = this.#of(input.device.device) ?? this.current();
    const { site, settings } = {
      site: document.site,
      settings: resolve(input.content ?? document, input.device).settings,
    };
    // A draft has no dates yet: it is judged as if it were in force at each recorded moment.
    const { version, issuedAt } = document;
    const expiresAt = input.content === null ? document.expiresAt : Number.MAX_SAFE_INTEGER;
    return input.facts.map((facts) => decide({ site, version, issuedAt, expiresAt, settings }, facts));
  }

  /** A draft from the files of a git checkout, or what is wrong with them. */
  async takeFiles(
    files: ReadonlyMap<string, string>,
    by: string,
  ): Promise<
    DraftAnswer | { readonly ok: false; readonly code: "policy-malformed"; readonly findings: readonly PolicyFinding[] }
  > {
    const assembled = assemble(files);
    if (!assembled.ok) return { ok: false, code: "policy-malformed", findings: assembled.findings };
    return this.drafts.take({ content: assembled.content, by, origin: "checkout" });
  }

  concerns(): readonly PolicyConcern[] {
    const { clock, rollouts } = this.#parts;
    const left = this.current().document.expiresAt - clock.now();
    const halted = rollouts.head()?.rollout?.status === "halted";
    const expiry: readonly PolicyConcern[] =
      left < 0 ? ["policy-expired"] : left < EXPIRES_SOON ? ["policy-expires-soon"] : [];
    return [...expiry, ...(halted ? (["policy-rollout-halted"] as const) : [])];
  }

  #of(device: string): PublishedPolicy | null {
    const version = this.#parts.rollouts.versionFor(device);
    return version === null ? null : (this.#inForce.get(version) ?? null);
  }

  async #restate(): Promise<void> {
    let wait = RESTATE_EVERY;
    try {
      await this.#parts.rollouts.restate();
    } catch (error) {
      this.#parts.log({ code: codeOf(error) });
      wait = RETRY;
    }
    if (!this.#stopped) this.#cancel = this.#parts.after(wait, () => this.start());
  }

  async #begin(): Promise<void> {
    const { store, rollouts, site, profile, clock, record, issuer } = this.#parts;
    if ((await store.newest()) === 0) {
      const document = genesisDocument(genesisContent(site, profile), clock.now());
      const { jws, digest } = await signPolicy(document, await issuer());
      await record("policy.published", { version: 1, by: "fleet", digest, weakening: false });
      const publishedAt = clock.now();
      // Another fleet server may have been first: then its policy is the site's.
      await store.add({
        version: 1,
        digest,
        document,
        jws,
        publishedAt,
        by: "fleet",
        weakening: false,
        approval: null,
      });
    }
    if (rollouts.head() === null) await rollouts.establish(1);
  }

  async #load(head: Head | null): Promise<void> {
    const versions = head === null ? [] : [head.stable, ...(head.rollout === null ? [] : [head.rollout.version])];
    const loaded = new Map<number, PublishedPolicy>();
    for (const version of versions) {
      const policy = this.#inForce.get(version) ?? (await this.#parts.store.version(version));
      if (policy !== null) loaded.set(version, policy);
    }
    this.#inForce = loaded;
  }

  async #state(head: Head): Promise<void> {
    await this.#load(head);
    const body = this.#bodyOf(head);
    if (body === null) throw new WardkeyError("policy-version-unknown", `version ${head.stable} is not in the store`);
    const { downlink, refreshDesired } = this.#parts;
    await downlink.send({ to: "all", kind: "policy", body, epoch: head.revision, retain: true, expiresIn: HEAD_LIFE });
    refreshDesired();
  }

  #bodyOf(head: Head): PolicyHeadBody | null {
    const stable = this.#inForce.get(head.stable);
    if (stable === undefined) return null;
    const { rollout } = head;
    const percent = percentOf(head);
    const next = rollout === null || percent === 0 ? undefined : this.#inForce.get(rollout.version);
    const candidate = next === undefined || rollout === null ? null : { policy: next.jws, percent, salt: rollout.salt };
    return { stable: stable.jws, candidate };
  }
}
