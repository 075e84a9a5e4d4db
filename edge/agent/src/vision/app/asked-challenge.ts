import { type ChallengeState, challengeWithinMs } from "@wardkey/models";
import type { ChallengeOutcome, ChallengeRequest } from "../ports.js";
import type { AnalystPort } from "./analyst-port.js";

// What the analyst still says of a frame that came just in time.
const LAST_WORD_MS = 250;

/** One challenge, from the moment at which it is shown to its outcome. */
export class AskedChallenge {
  readonly #analyst: AnalystPort;
  readonly #request: ChallengeRequest;
  readonly #outcome: Promise<ChallengeOutcome>;
  #settle: (outcome: ChallengeOutcome) => void = () => {};

  constructor(analyst: AnalystPort, request: ChallengeRequest) {
    this.#analyst = analyst;
    this.#request = request;
    this.#outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** `at`: monotonic ms of now. A face that passed stays known as such until it leaves or the next challenge begins. */
  async outcome(at: number): Promise<ChallengeOutcome> {
    const { signal, kind } = this.#request;
    if (signal.aborted) return { outcome: "failed", reason: "aborted" };
    const onAbort = (): void => this.end({ outcome: "failed", reason: "aborted" });
    const timer = setTimeout(
      () => this.end({ outcome: "failed", reason: "too-late" }),
      challengeWithinMs + LAST_WORD_MS,
    );
    signal.addEventListener("abort", onAbort);
    try {
      await this.#analyst.beginChallenge({ kind, at });
      const outcome = await this.#outcome;
      if (outcome.outcome === "failed") await this.#analyst.cancelChallenge();
      return outcome;
    } catch {
      return { outcome: "failed", reason: "vision-unavailable" };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }

  onResult(state: ChallengeState | undefined): void {
    switch (state?.state) {
      case undefined:
        return;
      case "running":
        this.#request.onProgress({ hint: state.hint, progress: state.progress });
        return;
      case "passed":
        this.end({ outcome: "passed" });
        return;
      case "failed":
        this.end({ outcome: "failed", reason: state.reason });
    }
  }

  end(outcome: ChallengeOutcome): void {
    this.#settle(outcome);
  }
}
