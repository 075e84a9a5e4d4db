import { OpaqueTemplate } from "@wardkey/protocol/credential";
import { poseHint } from "../domain/face-hint.js";
import type { EnrolOutcome, EnrolRequest, FaceFinding } from "../ports.js";
import type { AnalystPort, EnrolmentStep } from "./analyst-port.js";

const VIEWS = 5;
const MOST_VIEWS = 16;
const DEADLINE_MS = 30_000;

/** One enrolment, from the first view to the template or the reason why there is none. */
export class CapturedEnrolment {
  readonly #analyst: AnalystPort;
  readonly #request: EnrolRequest;
  readonly #outcome: Promise<EnrolOutcome>;
  #settle: (outcome: EnrolOutcome) => void = () => {};
  #ended = false;

  constructor(analyst: AnalystPort, request: EnrolRequest) {
    this.#analyst = analyst;
    this.#request = request;
    this.#outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  async outcome(): Promise<EnrolOutcome> {
    const { signal, templateKey, deadlineMs, views, poses = "any" } = this.#request;
    if (signal.aborted) return { ok: false, code: "aborted" };
    const onAbort = (): void => this.end({ ok: false, code: "aborted" });
    const timer = setTimeout(() => this.end({ ok: false, code: "enrol-timeout" }), deadlineMs ?? DEADLINE_MS);
    signal.addEventListener("abort", onAbort);
    try {
      const wanted = Math.min(MOST_VIEWS, Math.max(1, views ?? VIEWS));
      await this.#analyst.beginEnrolment({ key: templateKey.copy(), views: wanted, poses });
      return await this.#outcome;
    } catch {
      return { ok: false, code: "vision-unavailable" };
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      await this.#analyst.cancelEnrolment().catch(() => {});
    }
  }

  onResult(finding: FaceFinding, step: EnrolmentStep | undefined): void {
    if (step === undefined) return;
    if (step.step === "gathering") {
      const hint = poseHint(finding.hint, step.ask);
      if (!this.#ended) this.#request.onProgress({ hint, progress: step.progress });
      return;
    }
    const template = new OpaqueTemplate(step.template);
    step.template.fill(0);
    if (this.#ended) template.overwrite();
    else {
      this.#request.onProgress({ hint: finding.hint, progress: 1 });
      this.end({ ok: true, template, quality: step.quality });
    }
  }

  end(outcome: EnrolOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#settle(outcome);
  }
}
