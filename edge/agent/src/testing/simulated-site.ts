import { generateKeyPairSync } from "node:crypto";
import type { SiteAnswer } from "../uplink/index.js";

/** A P-256 public key that nobody has the private half of. */
export const someHolderKey = (): Uint8Array =>
  new Uint8Array(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" }));

export const granted = <T>(value: T): SiteAnswer<T> => ({ ok: true, value });
