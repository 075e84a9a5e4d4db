import { randomInt } from "node:crypto";
import { WardkeyError } from "@wardkey/protocol";
import { readOrMakePrivateFile } from "./platform/files/secret-file.js";
import { sameSecret } from "./platform/http/bearer.js";

/** Compares with the operator code of `path`, made of six digits when there is none. Refuses a bad file: `operator-code-invalid`. */
export async function openOperatorCode(path: string): Promise<(code: string) => boolean> {
  const digits = (): string => `${randomInt(1_000_000).toString().padStart(6, "0")}\n`;
  const wanted = (await readOrMakePrivateFile(path, digits)).toString("utf8").trim();
  if (!/^\S{4,32}$/.test(wanted)) {
    throw new WardkeyError("operator-code-invalid", `${path} must hold 4 to 32 characters without spaces`);
  }
  return (code) => sameSecret(code, wanted);
}
