import { after, type Clock, codeOf, type Instant, seconds } from "@wardkey/protocol";
import { encodeOffer, keyDigest, sha256 } from "@wardkey/protocol/credential";
import {
  type EnrolmentBegin,
  type EnrolmentGrant,
  faultOfPin,
  WayGiven,
  type WayRequest,
} from "@wardkey/protocol/fleet";
import type { EnrolmentView } from "@wardkey/protocol/screen";
import { type Journal, journalReason } from "../journal/index.js";
import type { EnrolmentRules } from "../profile/index.js";
import type { EnrolSession, TapRunner } from "../tap/index.js";
import type { Timers } from "../time.js";
import type { SiteLink } from "../uplink/index.js";
import type { VisionPort } from "../vision/index.js";
import { issueTo, readKey, reasonOf } from "./issuing.js";

const TOKEN_BYTES = 16;
/** How long the last step stays on the screen. */
const SHOWN_AFTER_DONE = seconds(6);
const SHOWN_AFTER_FAILURE = seconds(12);

export interface EnrolmentPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly rules: EnrolmentRules;
  readonly site: Pick<SiteLink, "publicKey" | "beginEnrolment" | "issueCredential" | "post" | "refresh"> & {
    current(): { readonly rootCertificate: Uint8Array } | null;
  };
  readonly taps: Pick<TapRunner, "enrol">;
  readonly vision: Pick<VisionPort, "enrol">;
  readonly journal: Pick<Journal, "append" | "note">;
  /** Why nobody can be enrolled now, with a face or without (the camera proves nothing, somebody is in …); `null`: nothing. */
  readonly hindrance: (face: boolean) => string | null;
  readonly began: () => void;
  readonly ended: () => void;
  readonly changed: () => void;
}

/**
 * What the operator typed or chose: a newcomer's name, or somebody's `staffId` and why they get another credential. With a
 * `pin` it is an enrolment without a face.
 */
export type EnrolmentAsked = Omit<EnrolmentBegin, "way"> & { readonly pin?: string | undefined };

export type EnrolmentAnswer = { readonly ok: true } | { readonly ok: false; readonly code: string };

interface Running {
  /** With the operator's code and the PIN: forgotten with the enrolment. */
  readonly asked: EnrolmentAsked;
  readonly abort: AbortController;
  readonly begunAt: number;
  answerCodes: ((agree: boolean) => void) | null;
  step: string;
}

/**
 * Supervised enrolment: operator and person both present (tap-protocol: Enrolment). One at a time, two minutes at most;
 * whatever stops it has a code, is journaled, and leaves neither template nor key behind.
 */
export class Enrolment {
  readonly #ports: EnrolmentPorts;
  #running: Running | null = null;
  #asking = false;
  #view: EnrolmentView | null = null;
  #cancelShown: (() => void) | null = null;
  #work: Promise<void> = Promise.resolve();

  constructor(ports: EnrolmentPorts) {
    this.#ports = ports;
  }

  get view(): EnrolmentView | null {
    return this.#view;
  }

  get capturing(): boolean {
    return this.#view?.step === "capture";
  }

  get underWay(): boolean {
    return this.#running !== null;
  }

  /** The operator's code goes to the site, which alone knows it. Answers when the offer is on the screen, or why not. */
  async begin(asked: EnrolmentAsked): Promise<EnrolmentAnswer> {
    const { site, hindrance, journal } = this.#ports;
    if (this.#running !== null || this.#asking) return { ok: false, code: "enrolment-under-way" };
    const { pin, ...request } = asked;
    const hindered = site.current() === null ? "lease-expired" : hindrance(pin === undefined);
    // The site would say so only when the phone has its credential.
    const fault = hindered ?? (pin === undefined ? null : faultOfPin(pin));
    if (fault !== null) return { ok: false, code: fault };
    this.#asking = true;
    try {
      const grant = await site.beginEnrolment(pin === undefined ? request : { ...request, way: "phone-pin" });
      if (!grant.ok) {
        journal.note("enrol.failed", { reason: journalReason(grant.code), step: "begin" });
        return { ok: false, code: grant.code };
      }
      const begun = await journal.append("enrol.begun", whose(grant.value));
      if (!begun.ok) return { ok: false, code: "journal-unavailable" };
      return this.#start(grant.value, asked);
    } finally {
      this.#asking = false;
    }
  }

  /** The operator compared the six digits on both screens. */
  codes(agree: boolean): EnrolmentAnswer {
    const answer = this.#running?.answerCodes;
    if (!answer) return { ok: false, code: "no-codes-shown" };
    answer(agree);
    return { ok: true };
  }

  cancel(): EnrolmentAnswer {
    if (this.#running === null) {
      this.#show(null);
      return { ok: true };
    }
    this.#running.abort.abort("cancelled");
    return { ok: true };
  }

  async stop(): Promise<void> {
    this.#running?.abort.abort("cancelled");
    await this.#work;
    this.#cancelShown?.();
  }

  #start(grant: EnrolmentGrant, asked: EnrolmentAsked): EnrolmentAnswer {
    const { clock, timers, rules, began, site, randomBytes } = this.#ports;
    const identity = site.current();
    const hindered = identity === null ? "lease-expired" : this.#ports.hindrance(asked.pin === undefined);
    if (identity === null || hindered !== null) return { ok: false, code: hindered ?? "lease-expired" };
    const running: Running = {
      asked,
      abort: new AbortController(),
      begunAt: clock.monotonic(),
      answerCodes: null,
      step: "offer",
    };
    this.#running = running;
    began();
    const expiresAt = after(clock.now(), rules.deadline);
    const cancelDeadline = timers.after(rules.deadline, () => running.abort.abort("enrolment-timeout"));
    const offer = {
      rootDigest: sha256(identity.rootCertificate),
      kioskKeyDigest: keyDigest(site.publicKey),
      token: randomBytes(TOKEN_BYTES),
      expiresAt,
    };
    this.#work = this.#run(running, grant, offer)
      .then((code) => this.#finish(running, grant, code))
      .catch((error: unknown) => this.#finish(running, grant, codeOf(error)))
      .finally(cancelDeadline);
    return { ok: true };
  }

  /** Answers `null` when the phone holds its credential, otherwise the code of what stopped it. */
  async #run(running: Running, grant: EnrolmentGrant, offer: Offer): Promise<string | null> {
    const { signal } = running.abort;
    const name = grant.displayName;
    this.#show({ step: "offer", qr: encodeOffer(offer), expiresAt: offer.expiresAt, name });
    const met = await this.#ports.taps.enrol(offer, signal);
    if (!met.ok) return met.code;
    const { session } = met;
    const offLost = session.onLost((code) => running.abort.abort(code));
    try {
      return await this.#withPhone(running, grant, session);
    } finally {
      offLost();
      await session.close();
    }
  }

  async #withPhone(running: Running, grant: EnrolmentGrant, session: EnrolSession): Promise<string | null> {
    const { site, journal } = this.#ports;
    const { asked } = running;
    const { signal } = running.abort;
    const name = grant.displayName;
    running.step = "compare-code";
    const compared = this.#codesCompared(running);
    this.#show({ step: "compare-code", code: session.code, name });
    const agree = await compared;
    if (agree === null) return reasonOf(signal);
    journal.note("enrol.codes-compared", { agree, ...whose(grant) });
    if (!agree) return "codes-differ";
    const proven = await session.confirm();
    if (!proven.ok) return proven.code;

    const { pin } = asked;
    if (pin !== undefined) {
      running.step = "finishing";
      this.#show({ step: "finishing", name });
      const code = await issueTo({ site, session, grant, made: { ...proven, template: null }, signal });
      return code ?? (await this.#givePin(running, grant, asked, pin));
    }
    const captured = await this.#capture(running, grant);
    if (!captured.ok) return captured.code === "aborted" ? reasonOf(signal) : captured.code;
    try {
      running.step = "finishing";
      this.#show({ step: "finishing", name });
      return await issueTo({ site, session, grant, made: { ...proven, ...captured }, signal });
    } finally {
      captured.template.overwrite();
    }
  }

  async #capture(running: Running, grant: EnrolmentGrant): ReturnType<VisionPort["enrol"]> {
    const { vision, rules } = this.#ports;
    const { signal } = running.abort;
    const name = grant.displayName;
    running.step = "capture";
    this.#show({ step: "capture", name, hint: "no-face", progress: 0 });
    const key = readKey(grant);
    try {
      return await vision.enrol({
        templateKey: key,
        signal,
        views: rules.views,
        poses: "several",
        deadlineMs: rules.captureDeadline,
        onProgress: ({ hint, progress }) => {
          if (!signal.aborted) this.#show({ step: "capture", name, hint, progress });
        },
      });
    } finally {
      key.overwrite();
    }
  }

  /** The site knows whose PIN it is only now that it has signed their credential. */
  async #givePin(running: Running, { staffId }: EnrolmentGrant, asked: EnrolmentAsked, pin: string) {
    running.step = "pin";
    const { operatorCode, secondOperatorCode } = asked;
    const second = secondOperatorCode === undefined ? {} : { secondOperatorCode };
    const request: WayRequest = { give: "pin", staffId, operatorCode, ...second, pin };
    const given = await this.#ports.site.post("/v1/kiosk/ways", request, WayGiven);
    return given.ok ? null : given.code;
  }

  #codesCompared(running: Running): Promise<boolean | null> {
    const { signal } = running.abort;
    return new Promise((resolve) => {
      const done = (agree: boolean | null): void => {
        running.answerCodes = null;
        signal.removeEventListener("abort", stopped);
        resolve(agree);
      };
      const stopped = (): void => done(null);
      signal.addEventListener("abort", stopped, { once: true });
      running.answerCodes = done;
      if (signal.aborted) done(null);
    });
  }

  async #finish(running: Running, grant: EnrolmentGrant, code: string | null): Promise<void> {
    const { journal, clock, ended, site } = this.#ports;
    // An abort has the last word on why: what broke off because of it only says that it was aborted.
    const failure = code !== null && running.abort.signal.aborted ? reasonOf(running.abort.signal) : code;
    const ms = Math.round(clock.monotonic() - running.begunAt);
    if (failure === null) {
      journal.note("enrol.completed", { ...whose(grant), staffId: grant.staffId, epoch: grant.epoch, ms });
      await site.refresh().catch(() => {});
    } else {
      journal.note("enrol.failed", { ...whose(grant), reason: journalReason(failure), step: running.step });
    }
    this.#running = null;
    ended();
    this.#show(
      failure === null ? { step: "done", name: grant.displayName } : { step: "failed", code: failure.slice(0, 64) },
    );
    this.#cancelShown = this.#ports.timers.after(failure === null ? SHOWN_AFTER_DONE : SHOWN_AFTER_FAILURE, () => {
      if (this.#running === null) this.#show(null);
    });
  }

  #show(view: EnrolmentView | null): void {
    this.#cancelShown?.();
    this.#cancelShown = null;
    this.#view = view;
    this.#ports.changed();
  }
}

type Offer = { rootDigest: Uint8Array; kioskKeyDigest: Uint8Array; token: Uint8Array; expiresAt: Instant };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const whose = (grant: EnrolmentGrant): { staffId: string; enrolment?: string } => ({
  staffId: grant.staffId,
  ...(UUID.test(grant.enrolment) ? { enrolment: grant.enrolment } : {}),
});
