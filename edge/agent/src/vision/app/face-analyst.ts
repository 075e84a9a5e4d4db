import {
  type Branch,
  type FaceEmbedding,
  type Frame,
  type FrameFindings,
  IDENTIFYING_HINTS,
  matchTemplate,
  overwrite,
  type ProtectedTemplate,
  parseTemplate,
  type Thresholds,
  type Vision,
} from "@wardkey/models";
import { FaceTrack } from "../domain/face-track.js";
import { judgeLiveness, LivenessFusion } from "../domain/liveness-fusion.js";
import { type ScoreHistogram, ScoreHistograms } from "../domain/score-histograms.js";
import type { MatchOutcome } from "../ports.js";
import type { ChallengeJob, CompareJob, EnrolJob, EnrolmentStep, LookResult } from "./analyst-port.js";
import { ChallengedFace } from "./challenged-face.js";
import { EnrolmentViews } from "./enrolment-views.js";

export interface AnalystInput {
  readonly vision: Vision;
  readonly enforceLiveness: boolean;
  /** Monotonic ms, for durations alone. */
  readonly monotonic: () => number;
}

/** What the last frame showed, apart from the face itself. */
interface Latest {
  readonly at: number;
  readonly faces: number;
  readonly comparable: boolean;
  readonly embedded: boolean;
}

/** Looks at one frame after another and keeps the last faces of one person, which it compares when asked. */
export class FaceAnalyst {
  readonly #input: AnalystInput;
  readonly #track = new FaceTrack<FaceEmbedding>();
  readonly #liveness = new LivenessFusion();
  readonly #challenged = new ChallengedFace();
  readonly #scores = new ScoreHistograms();
  #latest: Latest | undefined;
  #enrolment: EnrolmentViews | undefined;

  constructor(input: AnalystInput) {
    this.#input = input;
  }

  async look(frame: Frame, at: number, embed: boolean): Promise<LookResult> {
    const startedAt = this.#input.monotonic();
    // One that begins while this frame is looked at takes the next one: this one lacks what it needs.
    const enrolment = this.#enrolment;
    const enrolling = enrolment !== undefined;
    const found = await this.#input.vision.analyse(frame, {
      liveness: true,
      embedding: embed || enrolling,
      forTemplate: enrolling,
      // Each view of an enrolment is looked for by itself: nobody may slip in beside the person.
      ...(enrolling ? {} : { at }),
    });
    const continues = this.#remember(found, at, enrolling);
    const challenge = this.#challenged.see({ at, faces: found.faces, mesh: found.face?.mesh }, continues);
    const step = enrolling ? this.#enrol(enrolment, found, { at, continues }) : undefined;
    return {
      at,
      faces: found.faces,
      hints: found.hints,
      brightness: found.brightness,
      signature: found.signature,
      width: frame.width,
      height: frame.height,
      liveness: this.#liveness.score,
      analysisMs: this.#input.monotonic() - startedAt,
      track: this.#track.number,
      steadyMs: this.#track.steadyMs,
      ...(step === undefined ? {} : { enrolment: step }),
      ...(challenge === undefined ? {} : { challenge }),
    };
  }

  /** Compares the newest faces of the one person in view; nothing but the outcome leaves. Overwrites template and key. */
  compare(job: CompareJob): MatchOutcome {
    const parsed = parseTemplate(job.template);
    try {
      if (parsed.outcome === "refused") return { outcome: "template-refused" };
      return this.#compare(parsed.template, job);
    } finally {
      if (parsed.outcome === "parsed") parsed.template.overwrite();
      overwrite(job.template, job.key);
    }
  }

  takeScores(): readonly ScoreHistogram[] {
    return this.#scores.take();
  }

  beginEnrolment(job: EnrolJob): void {
    this.#enrolment?.erase();
    this.#enrolment = new EnrolmentViews(job, this.#input.vision.thresholds);
    this.#track.clear();
    this.#liveness.reset();
  }

  cancelEnrolment(): void {
    this.#enrolment?.erase();
    this.#enrolment = undefined;
  }

  beginChallenge(job: ChallengeJob): void {
    this.#challenged.begin(job);
  }

  cancelChallenge(): void {
    this.#challenged.cancel();
  }

  async close(): Promise<void> {
    this.cancelEnrolment();
    this.#track.clear();
    this.#latest = undefined;
    await this.#input.vision.close();
  }

  #remember(found: FrameFindings, at: number, enrolling: boolean): boolean {
    const face = found.faces === 1 ? found.face : undefined;
    const comparable = face !== undefined && !found.hints.some((hint) => IDENTIFYING_HINTS.includes(hint));
    this.#latest = { at, faces: found.faces, comparable, embedded: face?.embedding !== undefined };
    if (face === undefined) {
      found.face?.embedding?.overwrite();
      this.#track.clear();
      this.#liveness.reset();
      return false;
    }
    // An enrolment overwrites its views by itself, and needs them for longer than the track does.
    const embedding = enrolling ? undefined : face.embedding;
    const continues = this.#track.see({ at, box: face.box, embedding, liveness: face.liveness?.score });
    if (!continues) this.#liveness.reset();
    if (face.liveness !== undefined) this.#liveness.add(at, face.liveness.score);
    return continues;
  }

  #enrol(
    enrolment: EnrolmentViews,
    found: FrameFindings,
    seen: { readonly at: number; readonly continues: boolean },
  ): EnrolmentStep | undefined {
    if (enrolment !== this.#enrolment) {
      // Called off while this frame was looked at.
      found.face?.embedding?.overwrite();
      return undefined;
    }
    const step = enrolment.consider(found, { ...seen, live: this.#isLive() === "live" });
    const embedding = found.face?.embedding;
    if (embedding !== undefined && !enrolment.holds(embedding)) embedding.overwrite();
    if (step.step === "done") this.cancelEnrolment();
    return step;
  }

  #compare(template: ProtectedTemplate, job: CompareJob): MatchOutcome {
    const { key, rates, challenged } = job;
    const latest = this.#latest;
    if (latest === undefined || latest.at < freshSince(job)) return { outcome: "stale" };
    if (latest.faces > 1) return { outcome: "several-faces" };
    if (!latest.comparable) return { outcome: "no-face" };
    if (challenged && !this.#challenged.passed) return { outcome: "not-live" };
    const probes = this.#probes(job);
    if (probes.length === 0 || !latest.embedded) return { outcome: "stale" };
    const live = this.#isLive();
    if (live !== "live") return { outcome: live === "unknown" ? "stale" : "not-live" };
    return this.#fuse({ template, key, probes, thresholds: this.#input.vision.thresholdsAt(rates) });
  }

  /**
   * The faces to compare, newest first. Where liveness is enforced they are the very ones that it is judged by, and all came
   * since the request: a live face must not vouch for a picture that was put in its place, nor one of before for one of now.
   */
  #probes(job: CompareJob): readonly FaceEmbedding[] {
    const { enforceLiveness } = this.#input;
    const kept = this.#track.faces;
    // Three frames take a slow kiosk longer than the newest may be old.
    const since = enforceLiveness ? job.notBefore : freshSince(job);
    const probes = kept.flatMap(({ at, embedding }) => (at >= since ? (embedding ?? []) : []));
    const judgedByOthers = !this.#track.full || probes.length < kept.length;
    return enforceLiveness && judgedByOthers ? [] : probes;
  }

  /** Over the last second, and over the very faces that are compared: neither may vouch for the other. */
  #isLive(): "live" | "not-live" | "unknown" {
    if (!this.#input.enforceLiveness) return "live";
    const threshold = this.#input.vision.thresholds.liveness;
    const compared = this.#track.faces.flatMap(({ liveness }) => (liveness === undefined ? [] : { score: liveness }));
    const verdicts = [judgeLiveness(compared, threshold), this.#liveness.judge(threshold)];
    if (verdicts.includes("not-live")) return "not-live";
    return verdicts.includes("unknown") ? "unknown" : "live";
  }

  /** The mean over the faces that take the newest one's branch, against that branch's threshold. */
  #fuse(input: {
    readonly template: ProtectedTemplate;
    readonly key: Uint8Array;
    readonly probes: readonly FaceEmbedding[];
    readonly thresholds: Thresholds;
  }): MatchOutcome {
    const { template, key, thresholds } = input;
    let branch: Branch | undefined;
    const similarities: number[] = [];
    for (const probe of input.probes) {
      const match = matchTemplate({ template, key, probe, thresholds });
      if (match.outcome === "branch-closed") return match;
      if (match.outcome === "refused") {
        // A face in profile is compared with nobody; that is no fault of the template.
        return { outcome: match.reason === "face-turned" ? "no-face" : "template-refused" };
      }
      branch ??= match.branch;
      if (match.branch === branch) similarities.push(match.similarity);
    }
    const threshold = branch === undefined ? undefined : thresholds[branch]?.threshold;
    if (branch === undefined || threshold === undefined) return { outcome: "no-match" };
    const mean = similarities.reduce((sum, similarity) => sum + similarity, 0) / similarities.length;
    const matched = mean >= threshold;
    this.#scores.note(branch, matched ? "matched" : "refused", mean);
    return matched ? { outcome: "match", branch } : { outcome: "no-match" };
  }
}

function freshSince({ notBefore, newestNotBefore = notBefore }: CompareJob): number {
  return Math.max(notBefore, newestNotBefore);
}
