import * as z from "zod";
import { OperatingPoints } from "./operating-points.js";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const RelativePath = z
  .string()
  .min(1)
  .max(300)
  .refine((path) => !path.startsWith("/") && !path.split("/").includes(".."), "must stay inside its package");

/** A graph, or a list of weights, in a package's tfjs format; imported to ONNX on this machine and cached. */
const PackageSource = z.strictObject({
  kind: z.literal("package"),
  package: z.string().min(1).max(200),
  version: z.string().min(1).max(40),
  graph: z.strictObject({ file: RelativePath, sha256: Sha256 }),
  weights: z.strictObject({ file: RelativePath, sha256: Sha256 }),
  repair: z.enum(["none", "prelu"]),
  /** What a list of weights is for, where the package's JSON is no graph. */
  architecture: z.literal("dlib-resnet").optional(),
  onnx: z.strictObject({ file: RelativePath, sha256: Sha256 }),
});

/** An ONNX file that a site brings by itself; its path is taken from the registry's folder unless absolute. */
const FileSource = z.strictObject({
  kind: z.literal("file"),
  file: z.string().min(1).max(1000),
  sha256: Sha256,
});

const Port = z.strictObject({ name: z.string().min(1), shape: z.array(z.number().int().positive()).min(1).max(4) });

const Evaluation = z.strictObject({
  what: z.string().min(1),
  command: z.string().min(1),
  figures: z.record(z.string(), z.union([z.number(), z.string(), z.array(z.number()), z.null()])),
});

export const ModelEntry = z.strictObject({
  name: z.string().min(1).max(100),
  source: z.discriminatedUnion("kind", [PackageSource, FileSource]),
  licence: z.strictObject({ id: z.string().min(1), note: z.string().min(1) }),
  input: Port.extend({ layout: z.literal("NHWC"), colour: z.literal("RGB"), range: z.tuple([z.number(), z.number()]) }),
  outputs: z.array(Port).min(1).max(8),
  evaluation: z.array(Evaluation),
});

/** The networks that a similarity, or the choice of its branch, comes from: how a face is found decides how it is cut. */
export const matchingRoles = [
  "detect",
  "landmarks",
  "faceThere",
  "embed",
  "secondOpinion",
  "maskWorn",
  "maskedPose",
  "masked",
] as const;

/** The networks that the liveness threshold was measured with. */
export const livenessRoles = ["passiveLiveness"] as const;

export const Registry = z
  .strictObject({
    format: z.literal(1),
    models: z.strictObject({
      detect: ModelEntry,
      landmarks: ModelEntry,
      embed: ModelEntry,
      /** Tells whether a face, bare or masked, is where it was seen; without it the mesh alone is asked. */
      faceThere: ModelEntry.optional(),
      /** Tells people from recaptured pictures. */
      passiveLiveness: ModelEntry,
      /** Tells bare faces from the same picture once more; their similarities are added. */
      secondOpinion: ModelEntry.optional(),
      /** Tells whether and how a mask is worn; without it every face is taken as bare. */
      maskWorn: ModelEntry.optional(),
      /** Puts masked faces straight before they are told. */
      maskedPose: ModelEntry.optional(),
      /** Tells faces behind masks; without it they are judged as bare ones. */
      masked: ModelEntry.optional(),
    }),
    /** Lays the vectors of bare faces beside those of masked ones; beside a network for masked faces and only there. */
    maskedProjection: z.strictObject({ file: RelativePath, sha256: Sha256 }).optional(),
    /** SHA-256 of the networks that the thresholds were measured with: beside another network they mean nothing. */
    calibratedWith: z.partialRecord(z.enum([...matchingRoles, ...livenessRoles]), Sha256),
    thresholds: z.strictObject({
      bare: OperatingPoints,
      masked: OperatingPoints,
      maskEvidence: z.number().positive().max(1),
      liveness: z.number().min(0).max(1),
    }),
    calibration: z.array(Evaluation),
  })
  .refine(({ models, maskedProjection }) => (models.masked === undefined) === (maskedProjection === undefined), {
    path: ["maskedProjection"],
    message: "belongs to a network for masked faces",
  });

export type Registry = z.infer<typeof Registry>;
export type ModelEntry = z.infer<typeof ModelEntry>;
export type PackageSource = z.infer<typeof PackageSource>;
export type AnyRole = keyof Registry["models"];
const optionalRoles = [
  "secondOpinion",
  "maskWorn",
  "maskedPose",
  "masked",
  "faceThere",
] as const satisfies readonly AnyRole[];
/** A role without which nothing works. */
export type ModelRole = Exclude<AnyRole, (typeof optionalRoles)[number]>;

export const modelRoles: readonly ModelRole[] = ["detect", "landmarks", "embed", "passiveLiveness"];

/** The models that a registry names, optional ones last. */
export function modelsOf({ models }: Registry): readonly (readonly [AnyRole, ModelEntry])[] {
  const roles: readonly AnyRole[] = [...modelRoles, ...optionalRoles];
  return roles.flatMap((role) => {
    const entry = models[role];
    return entry === undefined ? [] : [[role, entry] as const];
  });
}
