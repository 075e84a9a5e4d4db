import type { MatchRates } from "@wardkey/models";
import type { Clock } from "@wardkey/protocol";
import { standsThere } from "../../presence/index.js";
import { CameraWatch } from "../domain/camera-watch.js";
import { faceHint } from "../domain/face-hint.js";
import type { ScoreHistogram } from "../domain/score-histograms.js";
import type {
  CameraState,
  ChallengeOutcome,
  ChallengeRequest,
  EnrolOutcome,
  EnrolRequest,
  FaceFinding,
  MatchOutcome,
  MatchRequest,
  Pace,
  PageFrame,
  VisionPort,
} from "../ports.js";
import type { AnalystPort, LookJob, LookResult } from "./analyst-port.js";
import { AskedChallenge } from "./asked-challenge.js";
import { CapturedEnrolment } from "./captured-enrolment.js";
import { FramePump } from "./frame-pump.js";
import type { FrameSource } from "./frame-source.js";
import { Revival } from "./revival.js";

const TICK_MS = 250;
const OLDEST_FRAME_MS = 500;
const WAIT_MS = 600;
const CAMERA_READY_MS = 3_000;
/** Gaps in the picture that an enrolment survives: a busy browser may show none for a moment. */
const MOST_GAPS = 2;
const LARGEST_JPEG = 512 * 1_024;

export interface CameraVisionInput {
  readonly analyst: AnalystPort;
  /** The camera that the agent opens by itself; absent when the page sends frames. */
  readonly source: FrameSource | undefined;
  readonly attested: boolean;
  readonly clock: Clock;
  /** The false match rates that the policy in force picks; asked at every comparison. */
  readonly rates: () => MatchRates;
}

/** A camera, what watches over it, and the analyst that looks at its newest frame. */
export class CameraVision implements VisionPort {
  readonly attested: boolean;
  readonly #analyst: AnalystPort;
  readonly #source: FrameSource | undefined;
  readonly #clock: Clock;
  readonly #rates: () => MatchRates;
  readonly #watch: CameraWatch;
  readonly #pump: FramePump;
  readonly #revival = new Revival(() => this.#revive());
  readonly #findingListeners = new Set<(finding: FaceFinding) => void>();
  readonly #cameraListeners = new Set<(state: CameraState) => void>();
  /** Called at each result, for those who wait for a fresh one. */
  readonly #waiting = new Set<() => void>();
  #enrolment: CapturedEnrolment | undefined;
  #challenge: AskedChallenge | undefined;
  #latest: LookResult | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(input: CameraVisionInput) {
    this.attested = input.attested;
    this.#watch = new CameraWatch({ attested: input.attested });
    this.#analyst = input.analyst;
    this.#source = input.source;
    this.#clock = input.clock;
    this.#rates = input.rates;
    this.#pump = new FramePump({
      analyst: input.analyst,
      clock: input.clock,
      giveBack: (bytes) => this.#giveBack(bytes),
      onResult: (result) => this.#onResult(result),
      onBroken: () => this.#onBroken(),
    });
  }

  async start(): Promise<void> {
    if (this.#timer !== undefined) return;
    this.#analyst.onFailure(() => this.#onBroken());
    const first = await Promise.allSettled([this.#analyst.start()]);
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    const source = this.#source;
    source?.start({
      frame: (bytes) => {
        const at = this.#clock.monotonic();
        this.#tell(this.#watch.frame(at));
        this.#put({ at, frame: { kind: "rgb", width: source.width, height: source.height, bytes } });
      },
      gone: () => this.#tell(this.#watch.fault("camera-gone")),
    });
    if (first[0].status === "fulfilled") return;
    this.#onBroken();
    throw first[0].reason;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#revival.stop();
    this.#timer = undefined;
    this.#enrolment?.end({ ok: false, code: "aborted" });
    this.#challenge?.end({ outcome: "failed", reason: "aborted" });
    this.#pump.stop();
    await this.#source?.stop();
    await this.#analyst.stop();
    this.#latest = undefined;
    for (const wake of this.#waiting) wake();
  }

  push(frame: PageFrame): void {
    if (this.#source !== undefined || this.#timer === undefined) return;
    if (frame.jpeg.length === 0 || frame.jpeg.length > LARGEST_JPEG) return;
    this.#put({ at: frame.at, frame: { kind: "jpeg", bytes: Uint8Array.from(frame.jpeg) } });
  }

  pageCamera(state: "available" | "denied" | "lost"): void {
    if (this.#source !== undefined) return;
    if (state === "available") this.#watch.repaired("camera");
    else this.#tell(this.#watch.fault(state === "denied" ? "camera-denied" : "camera-gone"));
  }

  setPace(pace: Pace): void {
    this.#pump.setPace(pace);
  }

  on(listener: (finding: FaceFinding) => void): () => void {
    this.#findingListeners.add(listener);
    return () => this.#findingListeners.delete(listener);
  }

  onCamera(listener: (state: CameraState) => void): () => void {
    this.#cameraListeners.add(listener);
    return () => this.#cameraListeners.delete(listener);
  }

  async match(request: MatchRequest): Promise<MatchOutcome> {
    const askedAt = this.#clock.monotonic();
    const until = askedAt + (request.waitMs ?? WAIT_MS);
    const notBefore = request.notOlderThan ?? askedAt - OLDEST_FRAME_MS;
    const relax = this.#pump.hurry();
    try {
      for (;;) {
        const outcome = await this.#matchNow(request, notBefore);
        if (outcome.outcome !== "stale") return outcome;
        const left = until - this.#clock.monotonic();
        if (left <= 0 || this.#timer === undefined) return outcome;
        await this.#nextResult(left);
      }
    } finally {
      relax();
    }
  }

  takeScores(): Promise<readonly ScoreHistogram[]> {
    return this.#timer === undefined ? Promise.resolve([]) : this.#analyst.takeScores();
  }

  async enrol(request: EnrolRequest): Promise<EnrolOutcome> {
    if (this.#enrolment !== undefined) return { ok: false, code: "enrol-busy" };
    const relax = this.#pump.hurry();
    try {
      for (let gaps = 0; ; gaps += 1) {
        this.#enrolment = new CapturedEnrolment(this.#analyst, request);
        if (!(await this.#cameraReady())) return { ok: false, code: "camera-unavailable" };
        const outcome = await this.#enrolment.outcome();
        const interrupted = !outcome.ok && outcome.code === "camera-unavailable";
        // Before and after a gap another person may sit there: the views begin anew.
        if (!interrupted || gaps === MOST_GAPS) return outcome;
      }
    } finally {
      this.#enrolment = undefined;
      relax();
    }
  }

  async challenge(request: ChallengeRequest): Promise<ChallengeOutcome> {
    if (this.#challenge !== undefined || this.#enrolment !== undefined) return failed("vision-busy");
    if (this.#timer === undefined || this.#watch.state.state !== "ok") return failed("camera-unavailable");
    const relax = this.#pump.hurry();
    try {
      this.#challenge = new AskedChallenge(this.#analyst, request);
      return await this.#challenge.outcome(this.#clock.monotonic());
    } finally {
      this.#challenge = undefined;
      relax();
    }
  }

  async #matchNow(request: MatchRequest, notBefore: number): Promise<MatchOutcome> {
    const newestNotBefore = this.#clock.monotonic() - OLDEST_FRAME_MS;
    const latest = this.#latest;
    const fresh = latest !== undefined && latest.at >= Math.max(notBefore, newestNotBefore);
    // The template stays here until there is something to compare it with.
    if (!fresh || this.#watch.state.state !== "ok") return { outcome: "stale" };
    // Nobody, and several, are answered at once; one face has to have stopped.
    if (latest.faces === 1 && !standsThere(latest)) return { outcome: "stale" };
    try {
      // Both copies are the analyst's to overwrite.
      const [template, key] = [request.template.copy(), request.templateKey.copy()];
      return await this.#analyst.compare({
        template,
        key,
        rates: this.#rates(),
        notBefore,
        newestNotBefore,
        challenged: request.challenged === true,
      });
    } catch {
      return { outcome: "stale" };
    }
  }

  /** A camera that was not asked for frames until now may need a moment. */
  async #cameraReady(): Promise<boolean> {
    const until = this.#clock.monotonic() + CAMERA_READY_MS;
    while (this.#watch.state.state !== "ok" && this.#timer !== undefined) {
      const left = until - this.#clock.monotonic();
      if (left <= 0) return false;
      await this.#nextResult(left);
    }
    return this.#timer !== undefined;
  }

  #nextResult(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, withinMs);
      this.#waiting.add(wake);
    });
  }

  #onResult(result: LookResult): void {
    if (this.#timer === undefined) return;
    this.#revival.proved();
    if (this.#source === undefined) this.#tell(this.#watch.frame(result.at));
    this.#tell(this.#watch.analysed(result));
    this.#latest = result;
    const purpose = this.#enrolment === undefined ? "identify" : "enrol";
    const { at, faces, liveness, analysisMs, track, steadyMs } = result;
    const hint = faceHint(result.hints, purpose);
    const standing = steadyMs === undefined ? {} : { steadyMs };
    const finding: FaceFinding = { at, faces, hint, liveness, analysisMs, track: track ?? null, ...standing };
    this.#enrolment?.onResult(finding, result.enrolment);
    this.#challenge?.onResult(result.challenge);
    for (const wake of [...this.#waiting]) wake();
    for (const listener of this.#findingListeners) listener(finding);
  }

  #tick(): void {
    this.#tell(this.#watch.tick(this.#clock.monotonic(), this.#source !== undefined || this.#pump.pace !== "off"));
  }

  #put(frame: Omit<LookJob, "embed">): void {
    // Nobody looks at it now.
    if (this.#revival.underWay) this.#giveBack(frame.frame.bytes);
    else this.#pump.put(frame);
  }

  #onBroken(): void {
    if (this.#timer === undefined || this.#revival.underWay) return;
    this.#latest = undefined;
    this.#tell(this.#watch.fault("vision-unavailable"));
    this.#enrolment?.end({ ok: false, code: "vision-unavailable" });
    this.#challenge?.end(failed("vision-unavailable"));
    this.#revival.begin();
  }

  async #revive(): Promise<void> {
    await this.#analyst.start();
    if (this.#timer !== undefined) this.#watch.repaired("vision");
    // Stopped meanwhile.
    else await this.#analyst.stop();
  }

  #tell(state: CameraState | undefined): void {
    if (state === undefined) return;
    if (state.state !== "ok") {
      this.#latest = undefined;
      this.#enrolment?.end({ ok: false, code: "camera-unavailable" });
      this.#challenge?.end(failed("camera-unavailable"));
    }
    for (const listener of this.#cameraListeners) listener(state);
  }

  #giveBack(bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#source === undefined) bytes.fill(0);
    else this.#source.giveBack(bytes);
  }
}

function failed(reason: Extract<ChallengeOutcome, { outcome: "failed" }>["reason"]): ChallengeOutcome {
  return { outcome: "failed", reason };
}
