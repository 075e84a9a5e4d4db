import { mkdir, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { ModelsError } from "@wardkey/models";
import { EvaluationError } from "./evaluation-error.js";

type Say = (line: string) => void;

const mostTold = 20;

/** Runs a command that measures. What it refuses is one coded line, and exit code 2; a fault of its own still throws. */
export async function orRefused(run: () => Promise<number>, say: Say): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof EvaluationError || error instanceof ModelsError)) throw error;
    say(error.message);
    return 2;
  }
}

/** Reads a command line; whatever is wrong with it is refused with `arguments` and the usage. */
export function orUsage<T>(read: () => T, usage: string): T {
  try {
    return read();
  } catch (cause) {
    throw new EvaluationError("arguments", `usage: ${usage}`, { cause });
  }
}

/** Writes what was measured, its folder too where it is missing; refuses with `report-unwritable`. */
export async function writeReport(file: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await writeFile(file, text);
  } catch (cause) {
    throw new EvaluationError("report-unwritable", `${file} cannot be written; give a place for a file of yours`, {
      cause,
    });
  }
}

/** Tells of the first twenty pictures that cannot be read, a line each with code, file and remedy; then how many more. */
export class UnreadablePictures {
  readonly #say: Say;
  readonly #seen = new Set<string>();

  constructor(say: Say) {
    this.#say = say;
  }

  /** The same picture again is one picture. */
  add(refusal: string): void {
    if (this.#seen.has(refusal)) return;
    this.#seen.add(refusal);
    if (this.#seen.size <= mostTold) this.#say(refusal);
  }

  /** How many there were; to be called once, at the end. */
  end(): number {
    const { size } = this.#seen;
    if (size > mostTold) this.#say(`and ${size - mostTold} more pictures that cannot be read`);
    return size;
  }
}
