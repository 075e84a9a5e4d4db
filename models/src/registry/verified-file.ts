import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { ModelsError } from "../models-error.js";

// A face model is a few MB; a file far beyond that is not one, and is not read into memory to find out.
const largestModelBytes = 512 * 1024 * 1024;

export function sha256Hex(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/**
 * Reads a file whose content is known beforehand, whole, so that what was hashed is what is used.
 * Refuses with `model-missing` when it is absent and `model-mismatch` when its bytes are others.
 */
export async function readVerified(path: string, sha256: string, remedy: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    const { size } = await stat(path);
    if (size > largestModelBytes) {
      throw new ModelsError("model-mismatch", `${size} bytes is no model that the registry knows`, {
        file: path,
        remedy,
      });
    }
    bytes = await readFile(path);
  } catch (cause) {
    if (cause instanceof ModelsError) throw cause;
    throw new ModelsError("model-missing", "a model file is missing or cannot be read", { file: path, remedy, cause });
  }
  if (sha256Hex(bytes) !== sha256) {
    throw new ModelsError("model-mismatch", "a model file is not the one that the registry names", {
      file: path,
      remedy,
    });
  }
  return bytes;
}
