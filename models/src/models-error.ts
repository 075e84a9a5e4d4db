/** Why this workspace refused to go on. Stable: callers and documents match on these, never on the message. */
export type ModelsErrorCode =
  | "calibration-other-model"
  | "frame-size"
  | "graph-unsupported"
  | "image-too-large"
  | "image-too-small"
  | "image-unreadable"
  | "mask-templates"
  | "model-mismatch"
  | "model-missing"
  | "model-shape"
  | "registry-malformed"
  | "template-key-size"
  | "template-no-embedding"
  | "vision-closed";

export interface ModelsErrorDetail {
  readonly file?: string;
  /** What the reader can do about it, as one imperative sentence. */
  readonly remedy?: string;
  readonly cause?: unknown;
}

/** A refusal with a stable code that names the file and the remedy, where there are such. Never carries pixels or scores. */
export class ModelsError extends Error {
  readonly code: ModelsErrorCode;
  readonly file: string | undefined;
  readonly remedy: string | undefined;

  constructor(code: ModelsErrorCode, message: string, detail: ModelsErrorDetail = {}) {
    const where = detail.file === undefined ? "" : ` (${detail.file})`;
    const remedy = detail.remedy === undefined ? "" : ` ${detail.remedy}`;
    super(`${code}: ${message}${where}.${remedy}`, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = "ModelsError";
    this.code = code;
    this.file = detail.file;
    this.remedy = detail.remedy;
  }
}
