import { measureAligned } from "./face/aligned-look.js";
import type { DetectedFace } from "./face/detect.js";
import { sampleAligned } from "./face/embed.js";
import { type EmbeddedFace, FaceEmbedder, type FaceToEmbed } from "./face/embedder.js";
import { eyeOpennessOf } from "./face/eyes.js";
import type { FaceEmbedding } from "./face/face-embedding.js";
import type { FaceMesh } from "./face/face-mesh.js";
import { FaceFinder } from "./face/find-face.js";
import { type LivenessScores, scoreLiveness } from "./face/liveness.js";
import type { MaskWorn } from "./face/mask-worn.js";
import { type Pose, poseOf } from "./face/pose.js";
import { eyeDistanceOf, hintsFor, type QualityHint, qualityLimits } from "./face/quality.js";
import { qualityScore } from "./face/quality-score.js";
import { checkFrame, type Frame, frameSignature, type Point } from "./frame/frame.js";
import { liftDark, lightestPart } from "./frame/light.js";
import { ModelsError } from "./models-error.js";
import {
  type MatchRates,
  type MeasuredThresholds,
  type Thresholds,
  thresholdsAt,
} from "./registry/operating-points.js";
import { modelPlaces, type PlacesOptions } from "./registry/read-registry.js";
import { type LoadedNetworks, loadNetworks, type Networks } from "./runtime/load-networks.js";

export interface Wants {
  readonly landmarks?: boolean;
  readonly liveness?: boolean;
  readonly embedding?: boolean;
  /** The masked branch even of a face that looks bare; otherwise it is left out to save time. */
  readonly bothBranches?: boolean;
  /** For enrolment: the vectors of both branches, the masked one made of the bare face, and each from the mirror image too. */
  readonly forTemplate?: boolean;
  /**
   * Monotonic ms at which a live frame came: its face is then followed from the frame before instead of being looked for,
   * and who comes into view beside it is seen up to 400 ms later. Without it each frame stands alone.
   */
  readonly at?: number;
}

export interface FaceFindings {
  /** Pixels of the frame; it may reach beyond the frame's border. */
  readonly box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
  /** The detector's own score, 0 to 1. */
  readonly score: number;
  /** Eyes, nose tip, corners of the mouth, by the picture's sides, in pixels; the detector's own when no landmarks were asked for. */
  readonly landmarks5: readonly Point[];
  readonly mesh: FaceMesh | undefined;
  readonly pose: Pose | undefined;
  readonly sharpness: number | undefined;
  readonly brightness: number | undefined;
  /** How good a view for a template it is, 0 to 100. */
  readonly quality: number | undefined;
  readonly liveness: LivenessScores | undefined;
  readonly maskEvidence: number | undefined;
  readonly maskWorn: MaskWorn | undefined;
  readonly embedding: FaceEmbedding | undefined;
}

export interface FrameFindings {
  readonly faces: number;
  /** Luma of the lightest part of the frame, 0 to 255. */
  readonly brightness: number;
  /** The same for two frames that show the very same picture; see `frameSignature`. */
  readonly signature: string;
  readonly hints: readonly QualityHint[];
  /** The most prominent face: large, and near the middle. */
  readonly face: FaceFindings | undefined;
}

export interface Vision {
  /** Of the registry's default operating point. */
  readonly thresholds: Thresholds;
  /** Of the false match rates that a policy picks; null closes a branch, and so does a rate that was not measured. */
  thresholdsAt(rates: MatchRates): Thresholds;
  /** One frame at a time: a call waits for the one before it. Refuses with `frame-size` or `vision-closed`. */
  analyse(frame: Frame, wants?: Wants): Promise<FrameFindings>;
  close(): Promise<void>;
}

interface ShownFrame {
  readonly frame: Frame;
  /** The same with its darkness lifted; the same one where there is enough light. */
  readonly lit: Frame;
}

// A face that is much smaller than the nearest one is somebody passing behind, not somebody at the kiosk.
const bystanderShare = 0.4;

/**
 * Loads and warms the networks of the registry, one thread each. The models must have been imported (`ensureModels`).
 * Refuses with `registry-malformed`, `model-missing`, `model-mismatch`, `model-shape`, or `calibration-other-model` where
 * the thresholds were measured with other networks, naming the file and the remedy.
 */
export async function createVision(options: PlacesOptions = {}): Promise<Vision> {
  return new OnnxVision(await loadNetworks(modelPlaces(options)));
}

/**
 * The same, without asking whether the thresholds belong to these networks: for whoever derives them anew. Nobody may be
 * let in by it.
 */
export async function createVisionToCalibrate(options: PlacesOptions = {}): Promise<Vision> {
  return new OnnxVision(await loadNetworks(modelPlaces(options), { calibrating: true }));
}

class OnnxVision implements Vision {
  readonly thresholds: Thresholds;
  readonly #networks: Networks;
  readonly #finder: FaceFinder;
  readonly #embedder: FaceEmbedder;
  readonly #measured: MeasuredThresholds;
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;
  #embedded = false;

  constructor(loaded: LoadedNetworks) {
    this.#networks = loaded.networks;
    this.#finder = new FaceFinder(loaded.networks);
    this.#embedder = new FaceEmbedder(loaded);
    this.#measured = loaded.thresholds;
    this.thresholds = thresholdsAt(loaded);
  }

  thresholdsAt(rates: MatchRates): Thresholds {
    return thresholdsAt({ thresholds: this.#measured }, rates);
  }

  async analyse(frame: Frame, wants: Wants = {}): Promise<FrameFindings> {
    if (this.#closed) throw new ModelsError("vision-closed", "this vision was closed");
    checkFrame(frame);
    const findings = this.#last
      .then(() => this.#look(frame, wants))
      .then((found) => this.#leaveBehind(found))
      .finally(() => this.#forget());
    this.#last = findings.catch(() => undefined);
    return findings;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#last;
    for (const network of Object.values(this.#networks)) await network.close();
  }

  /** No crop of a face outlives its frame in the networks' inputs. */
  #forget(): void {
    for (const network of Object.values(this.#networks)) network.input.fill(0);
  }

  /** The last face stays in what onnxruntime computed until it computes something else: once nobody is there, of nothing. */
  async #leaveBehind(found: FrameFindings): Promise<FrameFindings> {
    if (found.face?.embedding !== undefined) this.#embedded = true;
    if (found.face !== undefined || !this.#embedded) return found;
    this.#embedded = false;
    this.#forget();
    for (const role of ["embed", "masked", "secondOpinion"] as const) await this.#networks[role]?.run();
    return found;
  }

  async #look(frame: Frame, wants: Wants): Promise<FrameFindings> {
    const brightness = lightestPart(frame);
    const seen = { brightness, signature: frameSignature(frame) };
    if (brightness < qualityLimits.blackFrameLuma) {
      return { ...seen, faces: 0, hints: ["black-frame", "no-face"], face: undefined };
    }
    const lit = liftDark(frame, brightness);
    try {
      return { ...seen, ...(await this.#find({ frame, lit }, wants)) };
    } finally {
      if (lit !== frame) lit.data.fill(0);
    }
  }

  /** Faces are looked for in the light that they need; everything that is said of one is told of the frame itself. */
  async #find(shown: ShownFrame, wants: Wants): Promise<Pick<FrameFindings, "faces" | "hints" | "face">> {
    const detected = await this.#finder.find(shown.lit, wants.at);
    const [main] = detected;
    if (main === undefined) return { faces: 0, hints: ["no-face"], face: undefined };
    const faces = detected.filter((face) => face.width >= main.width * bystanderShare).length;
    const { face, hints } = await this.#inspect(shown, main, wants);
    return { faces, hints: faces > 1 ? ["several-faces", ...hints] : hints, face };
  }

  async #inspect(
    { frame, lit }: ShownFrame,
    detected: DetectedFace,
    wants: Wants,
  ): Promise<{ face: FaceFindings; hints: QualityHint[] }> {
    const wantsMesh = wants.landmarks === true || wants.liveness === true || wants.embedding === true;
    const placed = wantsMesh ? await this.#finder.meshOf(lit, detected) : undefined;
    const liveness =
      wants.liveness === true ? await scoreLiveness(frame, detected, this.#networks.passiveLiveness) : undefined;
    const base = {
      box: {
        x: detected.centre.x - detected.width / 2,
        y: detected.centre.y - detected.height / 2,
        width: detected.width,
        height: detected.height,
      },
      score: detected.score,
      mesh: placed?.mesh,
      liveness,
    };
    if (placed === undefined) {
      const light = { sharpness: undefined, brightness: undefined, quality: undefined };
      const unknown = { ...light, pose: undefined, maskEvidence: undefined, maskWorn: undefined };
      const landmarks5 = pointsOfDetector(detected);
      const hints: QualityHint[] = eyeDistanceOf(landmarks5) < qualityLimits.eyeDistance ? ["too-far"] : [];
      return { face: { ...base, ...unknown, landmarks5, embedding: undefined }, hints };
    }
    const { mesh, presence, points: landmarks5, settled } = placed;
    sampleAligned(frame, landmarks5, this.#networks.embed);
    const light = measureAligned(this.#networks.embed.input);
    const pose = poseOf(mesh);
    const embedded =
      wants.embedding === true
        ? await this.#embed(frame, { points: landmarks5, straight: settled, pose }, wants)
        : undefined;
    const measured = {
      ...light,
      pose,
      presence,
      eyeDistance: eyeDistanceOf(landmarks5),
      eyesOpen: eyeOpennessOf(mesh),
      masked: embedded !== undefined && embedded.maskEvidence >= this.thresholds.maskEvidence,
    };
    const { embedding, maskEvidence, maskWorn } = embedded ?? {};
    const { brightness, sharpness } = light;
    const quality = qualityScore(measured);
    const face = { ...base, brightness, sharpness, quality, pose, landmarks5, maskEvidence, maskWorn, embedding };
    return { face, hints: hintsFor(measured) };
  }

  #embed(frame: Frame, face: FaceToEmbed, wants: Wants): Promise<EmbeddedFace> {
    const { forTemplate = false, bothBranches = forTemplate } = wants;
    return this.#embedder.embed(frame, face, { forTemplate, bothBranches });
  }
}

function pointsOfDetector({ keyPoints, centre }: DetectedFace): readonly Point[] {
  const [left = centre, right = centre, nose = centre, mouth = centre] = keyPoints;
  return [left, right, nose, mouth, mouth];
}
