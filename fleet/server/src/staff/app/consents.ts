import type { Credentials } from "./credentials.js";
import type { Consent, RecordEvent, SecretStore } from "./ports.js";
import type { Ways } from "./ways.js";

export type WithdrawOutcome =
  | {
      ok: true;
      /** How the person goes on coming in. A code when there is nothing else yet. */
      left: { badges: number; pin: boolean; code: string | null; expiresAt: number | null };
    }
  | { ok: false; code: "staff-unknown" | "consent-none" };

/** Who agreed to biometrics, to which text, when (GDPR Art. 7(1), 9(2)(a)); and the end of it (Art. 7(3)). */
export interface Consents {
  of(staffId: string): Promise<Consent[]>;
  /** Erases the template key and ends the credential at once; the person keeps or gets a way in. */
  withdraw(staffId: string, by: string): Promise<WithdrawOutcome>;
}

export function createConsents(parts: {
  secrets: SecretStore;
  credentials: Credentials;
  ways: Ways;
  hasFace(staffId: string): Promise<boolean | null>;
  now(): number;
  record: RecordEvent;
}): Consents {
  const { secrets, credentials, ways } = parts;
  return {
    of: (staffId) => secrets.consentsOf(staffId),
    async withdraw(staffId, by) {
      const face = await parts.hasFace(staffId);
      if (face === null) return { ok: false, code: "staff-unknown" };
      const withdrawn = await secrets.withdraw(staffId, "face", by, parts.now());
      // Somebody enrolled where consent is kept on paper withdraws here all the same.
      if (!withdrawn && !face) return { ok: false, code: "consent-none" };
      await parts.record("consent.withdrawn", { staffId, by, purpose: "face" });
      if (face) await credentials.dropWallet(staffId, by, "consent-withdrawn");
      const has = await ways.has(staffId);
      if (has.badges > 0 && has.pin) return { ok: true, left: { ...has, code: null, expiresAt: null } };
      const made = await ways.issueCode(staffId, by);
      const code = made.ok ? { code: made.code, expiresAt: made.expiresAt } : { code: null, expiresAt: null };
      return { ok: true, left: { ...has, ...code } };
    },
  };
}
