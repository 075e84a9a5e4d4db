import { OpaqueTemplate } from "@wardkey/protocol/credential";
import type { HolderTable } from "@wardkey/protocol/fleet";
import type { MeasuredRates } from "../policy/index.js";
import type {
  FaceSight,
  HolderRef,
  LinkEvent,
  LockAccount,
  PresenceEvent,
  PresenceSource,
  ServedLink,
} from "../presence/index.js";
import type { EnrolSession, PhoneSession, TapOutcome, TapRefused, TapRunner, TapSession } from "../tap/index.js";
import {
  type CameraState,
  type ChallengeOutcome,
  type ChallengeRequest,
  type EnrolOutcome,
  type EnrolRequest,
  type FaceFinding,
  type MatchOutcome,
  type Pace,
  type PageFrame,
  type ScoreHistogram,
  TemplateKey,
  type VisionPort,
} from "../vision/index.js";

/** Simulated presence: a test says who is near. */
export class SimulatedPresence implements PresenceSource {
  readonly served: ServedLink[] = [];
  /** Whose advertisements are heard inside the near line. */
  inside: HolderRef[] = [];
  /** What presence would say of a lock. */
  told: LockAccount | null = null;
  readonly sights: FaceSight[] = [];
  inputs = 0;
  readonly #listeners = new Set<(event: PresenceEvent) => void>();

  async start(): Promise<void> {
    this.say({ type: "radio", state: "ok" });
  }

  async stop(): Promise<void> {}

  on(listener: (event: PresenceEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  say(event: PresenceEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  near(): readonly HolderRef[] {
    return this.inside.filter(({ id }) => !this.served.some((link) => link.holder.id === id));
  }

  serve(link: ServedLink): () => void {
    this.served.push(link);
    return () => void this.served.splice(this.served.indexOf(link), 1);
  }

  face(sight: FaceSight): void {
    this.sights.push(sight);
  }

  input(): void {
    this.inputs += 1;
  }

  account(): LockAccount | null {
    return this.told;
  }

  sighting(): undefined {
    return undefined;
  }

  failed(): void {}
}

/** A simulated phone's link after its template was released. */
export class SimulatedTapSession implements TapSession {
  readonly staffId: string;
  readonly displayName = "Anna";
  readonly epoch = 1;
  readonly consent: TapSession["consent"];
  readonly refusals: TapSession["refusals"];
  readonly timings = { connect: 1 };
  readonly template = new OpaqueTemplate(new Uint8Array(64).fill(7));
  readonly templateKey = new TemplateKey(new Uint8Array(32).fill(9));
  readonly transcript = undefined;
  readonly outcomes: TapOutcome[] = [];
  readonly holder: HolderRef;
  closed = false;
  readonly #listeners = new Set<(event: LinkEvent) => void>();

  constructor(
    holder: HolderRef,
    { refusals = [], consent = "A" }: Partial<Pick<TapSession, "refusals" | "consent">> = {},
  ) {
    this.holder = holder;
    this.staffId = holder.id;
    this.refusals = refusals;
    this.consent = consent;
  }

  on(listener: (event: LinkEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  say(event: LinkEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  async decide(outcome: TapOutcome): Promise<void> {
    this.outcomes.push(outcome);
    this.template.overwrite();
    this.templateKey.overwrite();
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

/** Simulated taps: answers at once with a released template, unless a test says otherwise. */
export class SimulatedTaps implements TapRunner {
  readonly sessions: SimulatedTapSession[] = [];
  readonly asked: string[] = [];
  refusal: TapRefused | null = null;
  phoneRefusals: TapSession["refusals"] = [];
  /** How the owners of phones said yes. */
  consent: TapSession["consent"] = "A";
  enrolment: () => Promise<{ ok: true; session: EnrolSession } | TapRefused> = async () => phoneLost;

  async tap(holder: HolderRef): Promise<{ ok: true; session: TapSession } | TapRefused> {
    this.asked.push(holder.id);
    if (this.refusal !== null) return this.refusal;
    const session = new SimulatedTapSession(holder, { refusals: this.phoneRefusals, consent: this.consent });
    this.sessions.push(session);
    return { ok: true, session };
  }

  async prove(holder: HolderRef): Promise<{ ok: true; session: PhoneSession } | TapRefused> {
    return this.tap(holder);
  }

  enrol(): Promise<{ ok: true; session: EnrolSession } | TapRefused> {
    return this.enrolment();
  }
}

const phoneLost: TapRefused = { ok: false, code: "phone-not-seen", reason: "phone-lost", timings: {} };

/** Simulated vision: what it sees and answers is what a test put before it. */
export class SimulatedVision implements VisionPort {
  readonly attested = false;
  readonly frames: PageFrame[] = [];
  readonly paces: Pace[] = [];
  readonly pageStates: string[] = [];
  /** What the next call of `takeScores` gives. */
  readonly scores: ScoreHistogram[] = [];
  answers: MatchOutcome[] = [{ outcome: "match", branch: "bare" }];
  challenges: ChallengeOutcome[] = [{ outcome: "passed" }];
  readonly challengesAsked: ChallengeRequest["kind"][] = [];
  enrolment: (request: EnrolRequest) => Promise<EnrolOutcome> = async () => ({ ok: false, code: "enrol-timeout" });
  readonly #findings = new Set<(finding: FaceFinding) => void>();
  readonly #cameras = new Set<(state: CameraState) => void>();

  async start(): Promise<void> {
    this.camera({ state: "ok", code: null });
  }

  async stop(): Promise<void> {}

  push(frame: PageFrame): void {
    this.frames.push(frame);
  }

  pageCamera(state: string): void {
    this.pageStates.push(state);
  }

  setPace(pace: Pace): void {
    this.paces.push(pace);
  }

  on(listener: (finding: FaceFinding) => void): () => void {
    this.#findings.add(listener);
    return () => this.#findings.delete(listener);
  }

  onCamera(listener: (state: CameraState) => void): () => void {
    this.#cameras.add(listener);
    return () => this.#cameras.delete(listener);
  }

  sees(finding: Pick<FaceFinding, "at" | "faces">): void {
    const full: FaceFinding = {
      hint: finding.faces === 1 ? "good" : "no-face",
      liveness: 0.9,
      analysisMs: 5,
      ...finding,
    };
    for (const listener of this.#findings) listener(full);
  }

  camera(state: CameraState): void {
    for (const listener of this.#cameras) listener(state);
  }

  match: VisionPort["match"] = async () => {
    const answer = this.answers.length > 1 ? this.answers.shift() : this.answers[0];
    return answer ?? { outcome: "no-face" };
  };

  async challenge(request: ChallengeRequest): Promise<ChallengeOutcome> {
    this.challengesAsked.push(request.kind);
    request.onProgress({ hint: "go-on", progress: 0.5 });
    const outcome = this.challenges.length > 1 ? this.challenges.shift() : this.challenges[0];
    return outcome ?? { outcome: "failed", reason: "too-late" };
  }

  enrol(request: EnrolRequest): Promise<EnrolOutcome> {
    return this.enrolment(request);
  }

  async takeScores(): Promise<readonly ScoreHistogram[]> {
    return this.scores.splice(0);
  }
}

/** All of them together, as the agent takes them. */
export class SimulatedSenses {
  readonly presence = new SimulatedPresence();
  readonly taps = new SimulatedTaps();
  readonly vision = new SimulatedVision();
  measured: MeasuredRates = {
    bare: [{ rate: 1e-4, falseNonMatchRate: 0.05 }],
    masked: [{ rate: 1e-3, falseNonMatchRate: 0.3 }],
  };
  readonly tables: (HolderTable | null)[] = [];
  closed = false;

  knows(table: HolderTable | null): void {
    this.tables.push(table);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}
