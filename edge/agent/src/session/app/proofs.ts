import { codeOf } from "@wardkey/protocol";
import type { PhoneSession } from "../../tap/index.js";
import type { AttemptId, ProofDecision } from "../domain/model.js";

/** Who somebody is by what they typed or showed, or a stable code. */
export type ProofAnswer =
  | {
      readonly ok: true;
      readonly who: Omit<ProofDecision, "decidedAt" | "holder">;
      /** The phone that took part: whoever asked takes it over. */
      readonly phone?: PhoneSession;
    }
  | { readonly ok: false; readonly code: string };

/** Judges what somebody typed: whoever keeps the secrets, then the policy. Never throws; ends when `signal` aborts. */
export type AskProof = (signal: AbortSignal) => Promise<ProofAnswer>;

export type ProofOutcome = { readonly ok: true } | { readonly ok: false; readonly code: string };

interface Offer {
  readonly ask: AskProof;
  readonly tell: (outcome: ProofOutcome) => void;
}

/**
 * What was typed, on its way between the page and the session: the session sees which way and who, never the words.
 * Whoever typed hears the session's own outcome: that it opened, or why not.
 */
export class Proofs {
  readonly #asked = new Map<AttemptId, Offer>();
  #offer: Offer | null = null;

  /** `submit` tells the session; when it does not ask for the proof, `obstacle` says why. */
  offer(ask: AskProof, to: { submit(): void; obstacle(): string | null }): Promise<ProofOutcome> {
    return new Promise((tell) => {
      const offer: Offer = { ask, tell };
      this.#offer = offer;
      to.submit();
      if (this.#offer !== offer) return;
      this.#offer = null;
      tell({ ok: false, code: to.obstacle() ?? "way-busy" });
    });
  }

  /** The session asks for what was offered; whoever offered it may be gone. Never throws. */
  async ask(attempt: AttemptId, signal: AbortSignal): Promise<ProofAnswer> {
    const offer = this.#offer;
    this.#offer = null;
    if (offer === null) return { ok: false, code: "way-overtaken" };
    this.#asked.set(attempt, offer);
    try {
      return await offer.ask(signal);
    } catch (error) {
      return { ok: false, code: codeOf(error) };
    }
  }

  /** Told once: what comes later changes nothing. */
  end(attempt: AttemptId, outcome: ProofOutcome): void {
    const offer = this.#asked.get(attempt);
    this.#asked.delete(attempt);
    offer?.tell(outcome);
  }
}
