import { type Clock, codeOf } from "@wardkey/protocol";
import type { EnrolmentOffer } from "@wardkey/protocol/credential";
import type { KioskErrand, KioskTapInput, RandomBytes } from "@wardkey/protocol/tap";
import type { HolderDirectory, HolderRef, LinkEvent, PresenceSource } from "../presence/index.js";
import type { CentralRadio, PhoneLink, RadioAddress } from "../radio/index.js";
import { TemplateKey } from "../vision/index.js";
import { type Asked, Conversation } from "./conversation.js";
import { LinkedEnrolment } from "./enrol-session.js";
import { awaitEnrolmentPhone } from "./enrolment-sighting.js";
import type { EnrolSession, PhoneSession, ReaderIdentity, TapRefused, TapRunner, TapSession } from "./ports.js";
import { refusalReason } from "./refusal-reason.js";
import { Stopwatch } from "./stopwatch.js";
import { LinkedPhone, LinkedTap, type ProvenPhone } from "./tap-session.js";

const ENROLMENT_ATTEMPTS = 3;

export interface TapRunnerInput {
  readonly radio: CentralRadio;
  readonly presence: Pick<PresenceSource, "sighting" | "failed">;
  readonly directory: HolderDirectory;
  readonly reader: ReaderIdentity;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Version of the policy in force; 0 when absent. */
  readonly policyVersion?: () => number;
  /** The least consent that would be taken now; hands-free when absent. */
  readonly leastConsent?: () => PhoneSession["consent"];
}

/** Runs taps with the phones that presence names. */
export function createTapRunner(input: TapRunnerInput): TapRunner {
  return new GattTapRunner(input);
}

type Met =
  | { readonly ok: true; readonly link: PhoneLink; readonly tap: KioskTapInput }
  | { readonly ok: false; readonly code: string };

interface Meeting {
  readonly to: RadioAddress & { readonly identifier: Uint8Array; readonly window: number };
  readonly errand: KioskErrand;
  readonly stopwatch: Stopwatch;
  readonly signal: AbortSignal;
}

interface Asking {
  readonly purpose: "unlock" | "prove";
  readonly holder: HolderRef;
  readonly epochs: readonly number[];
  readonly signal: AbortSignal;
}

class GattTapRunner implements TapRunner {
  readonly #input: TapRunnerInput;

  constructor(input: TapRunnerInput) {
    this.#input = input;
  }

  async tap(holder: HolderRef, signal: AbortSignal): Promise<{ ok: true; session: TapSession } | TapRefused> {
    const keys = this.#input.directory.templateKeys(holder);
    try {
      const epochs = keys.map(({ epoch }) => epoch);
      return await this.#ask<LinkedTap>({ purpose: "unlock", holder, epochs, signal }, (asked, proven) => {
        if (asked.type !== "verify-face") return undefined;
        const { credential, template } = asked;
        const key = keys.find(({ epoch }) => epoch === credential.epoch)?.key;
        if (key !== undefined) return new LinkedTap({ ...proven, template, templateKey: new TemplateKey(key) });
        template.overwrite();
        void proven.conversation.end("epoch-unexpected");
        return undefined;
      });
    } finally {
      for (const { key } of keys) key.fill(0);
    }
  }

  prove(holder: HolderRef, signal: AbortSignal): Promise<{ ok: true; session: PhoneSession } | TapRefused> {
    const epochs = this.#input.directory.epochs(holder);
    return this.#ask<LinkedPhone>({ purpose: "prove", holder, epochs, signal }, (asked, proven) =>
      asked.type === "holder-proven" ? new LinkedPhone(proven) : undefined,
    );
  }

  async #ask<Session extends LinkedPhone>(
    { purpose, holder, epochs, signal }: Asking,
    show: (asked: Asked, proven: ProvenPhone) => Session | undefined,
  ): Promise<{ ok: true; session: Session } | TapRefused> {
    const { presence, reader, clock } = this.#input;
    const stopwatch = new Stopwatch(() => clock.monotonic());
    const sighting = presence.sighting(holder);
    if (sighting === undefined) return refused("phone-not-seen", stopwatch);
    if (epochs.length === 0) return refused("template-key-unknown", stopwatch);
    const deniedHolders = reader.current()?.deniedHolders ?? new Set<string>();
    const errand: KioskErrand = { purpose, expected: { staffId: holder.id, epochs }, deniedHolders };
    const met = await this.#meet({ to: sighting, errand, stopwatch, signal });
    const tapped = met.ok ? await this.#hear({ ...met, holder, stopwatch, signal }, show) : met;
    if (tapped.ok) return tapped;
    if (tapped.code !== "aborted") presence.failed(sighting);
    return refused(tapped.code, stopwatch);
  }

  async enrol(offer: EnrolmentOffer, signal: AbortSignal): Promise<{ ok: true; session: EnrolSession } | TapRefused> {
    const { radio, clock } = this.#input;
    const stopwatch = new Stopwatch(() => clock.monotonic());
    let code = "phone-not-seen";
    for (let attempt = 0; attempt < ENROLMENT_ATTEMPTS; attempt += 1) {
      const seen = await awaitEnrolmentPhone({ radio, clock, offer, signal });
      if (!seen.ok) return refused(attempt === 0 || seen.code === "aborted" ? seen.code : code, stopwatch);
      const to = { ...seen.at, identifier: seen.identifier, window: 0 };
      const met = await this.#meet({ to, errand: { purpose: "enrol", offer }, stopwatch, signal });
      const applied = met.ok ? await this.#apply({ ...met, stopwatch, signal }) : met;
      if (applied.ok) return applied;
      code = applied.code;
      // A phone that spoke and was refused is not asked again; a link that failed is.
      if (refusalReason(code) !== "phone-lost" && code !== "connect-timeout") break;
    }
    return refused(code, stopwatch);
  }

  async #meet({ to, errand, stopwatch, signal }: Meeting): Promise<Met> {
    const identity = this.#input.reader.current();
    if (identity === null) return { ok: false, code: "lease-missing" };
    const connected = await this.#input.radio.connect(to, signal);
    if (!connected.ok) return connected;
    const { link } = connected;
    stopwatch.set("connect", link.timings.connect);
    stopwatch.set("services", link.timings.services);
    const { trust, readerChain, status, denyNotice } = identity;
    const tap: KioskTapInput = {
      ...errand,
      randomBytes: this.#input.randomBytes,
      identifier: to.identifier,
      window: to.window,
      trust,
      readerChain,
      status,
      policyVersion: this.#input.policyVersion?.() ?? 0,
      leastConsent: this.#input.leastConsent?.() ?? "A",
      denyNotice,
    };
    return { ok: true, link, tap };
  }

  #hear<Session extends LinkedPhone>(
    input: {
      readonly link: PhoneLink;
      readonly tap: KioskTapInput;
      readonly holder: HolderRef;
      readonly stopwatch: Stopwatch;
      readonly signal: AbortSignal;
    },
    show: (asked: Asked, proven: ProvenPhone) => Session | undefined,
  ): Promise<{ ok: true; session: Session } | { ok: false; code: string }> {
    const { holder, link, stopwatch } = input;
    const { clock } = this.#input;
    let session: Session | undefined;
    return this.#converse<Session>(input, {
      onAsked: (asked, conversation) => {
        if (asked.type !== "verify-face" && asked.type !== "holder-proven") return undefined;
        const { credential, consent, refusals } = asked;
        session = show(asked, { holder, credential, consent, refusals, conversation, link, stopwatch, clock });
        return session;
      },
      onLink: (event) => session?.onLink(event),
      onEnded: () => {},
    });
  }

  #apply(input: {
    readonly link: PhoneLink;
    readonly tap: KioskTapInput;
    readonly stopwatch: Stopwatch;
    readonly signal: AbortSignal;
  }): Promise<{ ok: true; session: LinkedEnrolment } | { ok: false; code: string }> {
    let session: LinkedEnrolment | undefined;
    let proven: Extract<Asked, { type: "holder-key-proven" }> | undefined;
    return this.#converse<LinkedEnrolment>(input, {
      onAsked: (asked, conversation) => {
        if (asked.type === "holder-key-proven") proven = asked;
        if (asked.type !== "show-code" || proven === undefined) return undefined;
        const { publicKey: holderPublicKey, transcript } = proven;
        session = new LinkedEnrolment({ code: asked.code, holderPublicKey, transcript, conversation });
        return session;
      },
      onLink: () => {},
      onEnded: (code) => session?.onEnded(code),
    });
  }

  /** Runs the handshake until it has a session to show, or has ended without. */
  async #converse<Session>(
    input: { link: PhoneLink; tap: KioskTapInput; stopwatch: Stopwatch; signal: AbortSignal },
    handlers: {
      onAsked(asked: Asked, conversation: Conversation): Session | undefined;
      onLink(event: LinkEvent): void;
      onEnded(code: string | null): void;
    },
  ): Promise<{ ok: true; session: Session } | { ok: false; code: string }> {
    const { link, tap, stopwatch, signal } = input;
    const { clock, reader } = this.#input;
    let abort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        const conversation: Conversation = new Conversation({
          link,
          tap,
          clock,
          stopwatch,
          sign: (bytes) => reader.sign(bytes),
          onAsked: (asked) => {
            const session = handlers.onAsked(asked, conversation);
            if (session !== undefined) resolve({ ok: true, session });
          },
          onEnded: (code) => {
            handlers.onEnded(code);
            resolve({ ok: false, code: code ?? "closed" });
          },
          onLink: handlers.onLink,
        });
        abort = () => void conversation.end("aborted");
        signal.addEventListener("abort", abort);
        if (signal.aborted) abort();
        else conversation.begin().catch(reject);
      });
    } catch (error) {
      await link.close();
      return { ok: false, code: codeOf(error) };
    } finally {
      signal.removeEventListener("abort", abort);
    }
  }
}

function refused(code: string, stopwatch: Stopwatch): TapRefused {
  return { ok: false, code, reason: refusalReason(code), timings: stopwatch.timings };
}
