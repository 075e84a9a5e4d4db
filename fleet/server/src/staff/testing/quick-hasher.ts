import { createHash, randomBytes } from "node:crypto";
import type { SecretHasher } from "../app/ports.js";

/** Simulates the slow hash by a quick one, for tests that are not about its slowness. */
export function quickHasher(): SecretHasher {
  const digest = (secret: string, salt: string): string =>
    createHash("sha256").update(`${salt} ${secret}`).digest("hex");
  return {
    async hash(secret) {
      const salt = randomBytes(8).toString("hex");
      return `quick$${salt}$${digest(secret, salt)}`;
    },
    async verify(secret, stored) {
      const [, salt = "", wanted] = stored.split("$");
      return digest(secret, salt) === wanted;
    },
    idle: async () => undefined,
    stop: async () => undefined,
  };
}
