export type EvaluationErrorCode =
  | "arguments"
  | "folder-unreadable"
  | "no-pictures"
  | "too-few-pictures"
  | "too-many-pictures"
  | "too-few-people"
  | "report-unwritable"
  | "pairs-unreadable"
  | "pairs-encoding"
  | "pairs-columns"
  | "pairs-too-many"
  | "photo-missing"
  | "photo-outside";

/** Why an evaluation stopped. Stable codes; the message names the file or folder and the remedy. */
export class EvaluationError extends Error {
  readonly code: EvaluationErrorCode;

  constructor(code: EvaluationErrorCode, message: string, options?: ErrorOptions) {
    super(`${code}: ${message}`, options);
    this.name = "EvaluationError";
    this.code = code;
  }
}
