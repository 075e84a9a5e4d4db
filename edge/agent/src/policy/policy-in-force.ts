import { codeOf, type Duration, hours, type Instant, milliseconds } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import type { PolicyHeadBody } from "@wardkey/protocol/fleet";
import {
  contradictionsOf,
  DEMO_SETTINGS,
  type DecisionFacts,
  type DeviceFacts,
  decide,
  inRing,
  type PolicyDecision,
  type PolicyDocument,
  type ResolvedPolicy,
  resolve,
  type Settings,
  STRICTEST,
  strictestOver,
} from "@wardkey/protocol/policy";
import { type VerifiedPolicy, verifyPolicy } from "@wardkey/protocol/policy/signed";
import type { Timers } from "../time.js";
import type { KeptPolicy, PolicyFiles } from "./kept-policy.js";
import { highest, type PolicyRef, placeOf } from "./mark.js";

/** A wall clock may be set, so the end of a policy is looked at this often whatever a timer was told. */
const LOOK_EVERY: Duration = hours(1);

export type PolicyRecord =
  | { readonly kind: "policy.in-force"; readonly body: PolicyRef & { readonly ring: "stable" | "candidate" } }
  | { readonly kind: "policy.refused"; readonly body: { readonly reason: string; readonly version?: number } }
  | { readonly kind: "policy.expired"; readonly body: { readonly version: number } };

export interface PolicyPorts {
  readonly files: PolicyFiles;
  /** What holds in the demo before there is any policy; production is strict from the first moment. */
  readonly floor: "demo" | "production";
  /** This device, as groups know it. */
  readonly device: () => DeviceFacts;
  /** `null` until the kiosk knows its site. */
  readonly trust: () => SiteTrust | null;
  /** Time that never goes back. */
  readonly at: () => Instant;
  readonly timers: Timers;
  /** The newest policy that the journal tells of: a third memory, which outlives an exchanged file. */
  readonly journalled: PolicyRef | null;
  readonly record: (record: PolicyRecord) => void;
  readonly log: (event: { code: string }) => void;
}

export interface CurrentPolicy {
  readonly settings: Settings;
  /** 0 when there is none. */
  readonly version: number;
  readonly digest: string | null;
  readonly state: "in-force" | "expired" | "none";
}

export type PolicyAnswer =
  | { readonly ok: true; readonly version: number; readonly changed: boolean }
  /** `policy-older`, `policy-forked`, `policy-not-kept`, `policy-no-trust`, or a code of `verifyPolicy`. */
  | { readonly ok: false; readonly code: string };

/** What the agent tells of the person at the screen. */
export type EvidenceFacts = Omit<DecisionFacts, "at" | "site" | "device" | "kioskType" | "profile">;

interface Held {
  readonly policy: VerifiedPolicy;
  readonly ring: "stable" | "candidate";
}

/**
 * The policy that this kiosk works by. Its version never goes back: a policy comes into force only after it and its version
 * are on the disk, in two files, and the journal is the third memory. An exchanged or restored file is found out by the
 * other two, and the strictest settings hold until the fleet states the right policy again. A copy of the whole disk put
 * back is not found out here: the fleet sees it, by the journal that went back and by the version reported.
 */
export class PolicyInForce {
  readonly #ports: PolicyPorts;
  readonly #listeners = new Set<(current: CurrentPolicy) => void>();
  #mark: PolicyRef | null = null;
  #held: Held | null = null;
  /** Read from the disk and not verified yet: there was no trust to verify it by, or not the time. */
  #unverified: KeptPolicy | null = null;
  #head: PolicyHeadBody | null = null;
  #told: string | null = null;
  #expiryTold = false;
  #refusal: string | null = null;
  #queue: Promise<unknown> = Promise.resolve();
  #cancelLook: (() => void) | null = null;
  #stopped = false;

  private constructor(ports: PolicyPorts) {
    this.#ports = ports;
  }

  /** Reads what was kept. Never throws for the disk's sake: what cannot be read is logged, and the strictest settings hold. */
  static async open(ports: PolicyPorts): Promise<PolicyInForce> {
    const policy = new PolicyInForce(ports);
    policy.#mark = highest([await ports.files.mark(), ports.journalled]);
    policy.#unverified = await ports.files.policy();
    await policy.review();
    return policy;
  }

  /**
   * Takes the head that the fleet retains: its candidate where this device is in the ring, else its stable policy. The same
   * head again changes nothing. What is refused leaves everything as it was.
   */
  accept(head: PolicyHeadBody): Promise<PolicyAnswer> {
    return this.#next(async () => {
      this.#head = head;
      return await this.#choose(head);
    });
  }

  /** Looks again: the site's trust, this device's group, or the time changed. */
  review(): Promise<void> {
    return this.#next(async () => {
      if (this.#unverified !== null) await this.#verifyKept(this.#unverified);
      if (this.#head !== null) await this.#choose(this.#head);
      this.#tell();
    });
  }

  current(): CurrentPolicy {
    const { policy } = this.#held ?? {};
    if (policy === undefined) {
      const demo = this.#ports.floor === "demo" && this.#mark === null;
      return { settings: demo ? DEMO_SETTINGS : STRICTEST, version: 0, digest: null, state: "none" };
    }
    const { document, digest } = policy;
    const settings = this.#settingsOf(document);
    const expired = this.#ports.at() > document.expiresAt;
    return {
      settings: expired ? strictestOver(settings) : settings,
      version: document.version,
      digest,
      state: expired ? "expired" : "in-force",
    };
  }

  /** For the report to the fleet; `null` when none is held. */
  reference(): PolicyRef | null {
    return this.#held === null ? null : refOf(this.#held.policy);
  }

  /** Judges somebody at the screen by the policy in force; what this knows itself it adds to `evidence`. */
  decide(evidence: EvidenceFacts): PolicyDecision {
    const { device } = this.#ports.device();
    const { floor: profile } = this.#ports;
    const at = this.#ports.at();
    const policy = this.#resolved(at);
    const site = policy?.site ?? device;
    return decide(policy, {
      ...evidence,
      at,
      site,
      device,
      profile,
      kioskType: (policy?.settings ?? STRICTEST)["kiosk.type"],
    });
  }

  /** Called with what holds now, whenever that changed. Answers "off". */
  onChange(listener: (current: CurrentPolicy) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when nothing is being written any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelLook?.();
    await this.#queue;
  }

  /** As `decide` reads it; `null` where the strictest settings hold for want of a policy. */
  #resolved(at: Instant): ResolvedPolicy | null {
    const document = this.#held?.policy.document;
    if (document !== undefined) {
      const { site, version, issuedAt, expiresAt } = document;
      return { site, version, issuedAt, expiresAt, settings: this.#settingsOf(document) };
    }
    const { settings } = this.current();
    const { device: site } = this.#ports.device();
    return settings === STRICTEST ? null : { site, version: 0, issuedAt: at, expiresAt: at, settings };
  }

  /** A device that moved may meet layers that were never tried together: then the stricter side of each. */
  #settingsOf(document: PolicyDocument): Settings {
    const { settings } = resolve(document, this.#ports.device());
    return contradictionsOf(settings).length > 0 ? strictestOver(settings) : settings;
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => undefined);
    return done;
  }

  async #verifyKept(kept: KeptPolicy): Promise<void> {
    const trust = this.#ports.trust();
    if (trust === null) return;
    const checked = verifyPolicy(kept.jws, { trust, at: this.#ports.at(), expired: "accepted" });
    // A clock that is behind may yet be set right.
    if (!checked.ok && checked.code === "policy-not-yet-valid") return this.#refuse(checked.code);
    this.#unverified = null;
    if (!checked.ok) return this.#refuse(checked.code);
    const ref = refOf(checked.policy);
    switch (placeOf(ref, this.#mark)) {
      case "policy-older":
        return this.#refuse("policy-rolled-back", ref.version);
      case "policy-forked":
        return this.#refuse("policy-forked", ref.version);
      case "newer":
        // The run before this one ended between the two writes.
        if (!(await this.#keep(() => this.#ports.files.keepMark(ref)))) return;
        break;
      case "same":
        break;
    }
    this.#hold({ policy: checked.policy, ring: kept.ring });
  }

  async #choose(head: PolicyHeadBody): Promise<PolicyAnswer> {
    const { device } = this.#ports.device();
    const { candidate, stable } = head;
    if (candidate !== null && inRing(device, candidate.salt, candidate.percent)) {
      const answer = await this.#take({ v: 1, jws: candidate.policy, ring: "candidate" });
      if (answer.ok) return answer;
    }
    return await this.#take({ v: 1, jws: stable, ring: "stable" });
  }

  async #take(kept: KeptPolicy): Promise<PolicyAnswer> {
    const { trust: trustNow, files } = this.#ports;
    const trust = trustNow();
    if (trust === null) return { ok: false, code: "policy-no-trust" };
    const device = this.#ports.device();
    const checked = verifyPolicy(kept.jws, { trust, at: this.#ports.at(), device });
    if (!checked.ok) return this.#refused(checked.code);
    const ref = refOf(checked.policy);
    const place = placeOf(ref, this.#mark);
    if (place === "policy-older" || place === "policy-forked") return this.#refused(place, ref.version);
    if (place === "same" && this.#held !== null) return { ok: true, version: ref.version, changed: false };
    // First the policy, then its mark: a run that ends in between starts with the newer of the two.
    const written = await this.#keep(async () => {
      await files.keepPolicy(kept);
      await files.keepMark(ref);
    });
    if (!written) return { ok: false, code: "policy-not-kept" };
    this.#unverified = null;
    this.#hold({ policy: checked.policy, ring: kept.ring });
    return { ok: true, version: ref.version, changed: true };
  }

  async #keep(write: () => Promise<void>): Promise<boolean> {
    try {
      await write();
      return true;
    } catch (error) {
      this.#ports.log({ code: codeOf(error) });
      this.#refuse("policy-not-kept");
      return false;
    }
  }

  #hold(held: Held): void {
    this.#held = held;
    this.#mark = refOf(held.policy);
    this.#refusal = null;
    this.#expiryTold = false;
    this.#ports.record({ kind: "policy.in-force", body: { ...this.#mark, ring: held.ring } });
    this.#tell();
  }

  #refused(code: string, version?: number): PolicyAnswer {
    this.#refuse(code, version);
    return { ok: false, code };
  }

  /** Told once: the fleet states its head again at every connection. */
  #refuse(code: string, version?: number): void {
    const refusal = `${code} ${version ?? ""}`;
    if (refusal === this.#refusal) return;
    this.#refusal = refusal;
    this.#ports.log({ code });
    this.#ports.record({
      kind: "policy.refused",
      body: version === undefined ? { reason: code } : { reason: code, version },
    });
  }

  #tell(): void {
    this.#lookLater();
    const current = this.current();
    if (current.state === "expired" && !this.#expiryTold) {
      this.#expiryTold = true;
      this.#ports.record({ kind: "policy.expired", body: { version: current.version } });
    }
    const now = JSON.stringify(current);
    if (now === this.#told) return;
    this.#told = now;
    for (const listener of this.#listeners) listener(current);
  }

  #lookLater(): void {
    this.#cancelLook?.();
    if (this.#stopped) return;
    const expiresAt = this.#held?.policy.document.expiresAt ?? Number.POSITIVE_INFINITY;
    const left = expiresAt - this.#ports.at();
    const wait = left < 0 ? LOOK_EVERY : milliseconds(Math.min(LOOK_EVERY, left + 1));
    this.#cancelLook = this.#ports.timers.after(wait, () => void this.review());
  }
}

const refOf = ({ document, digest }: VerifiedPolicy): PolicyRef => ({ version: document.version, digest });
