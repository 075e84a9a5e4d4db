import { minutes } from "@wardkey/protocol";
import { type AuthWorld, newSecret } from "./ports.js";

const CEREMONY_LIFE = minutes(5);

type CeremonyRow = { challenge: string; purpose: string; subject: string; expires_at: number };
export type Purpose = "sign-in" | "register" | "invitation" | "totp";

export interface Ceremonies {
  /** A fresh challenge for one act of one subject. */
  begin(purpose: Purpose, subject: string): Promise<string>;
  /** Takes a challenge away: `true` once, for the same act and subject, within its life. */
  spend(challenge: string, purpose: Purpose, subject: string): Promise<boolean>;
}

/** Challenges of WebAuthn ceremonies, each good for one answer. */
export function createCeremonies(world: AuthWorld): Ceremonies {
  const { database, now } = world;
  return {
    async begin(purpose, subject) {
      await database<CeremonyRow>("ceremonies").where("expires_at", "<=", now()).delete();
      const challenge = newSecret(world);
      const row = { challenge, purpose, subject, expires_at: now() + CEREMONY_LIFE };
      await database<CeremonyRow>("ceremonies").insert(row);
      return challenge;
    },
    async spend(challenge, purpose, subject) {
      const spent = await database<CeremonyRow>("ceremonies")
        .where({ challenge, purpose, subject })
        .where("expires_at", ">", now())
        .delete();
      return spent === 1;
    },
  };
}
