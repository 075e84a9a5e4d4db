import { codeOf, seconds } from "@wardkey/protocol";
import { chargeGuess } from "../domain/back-off.js";
import { readCode, writeCode } from "../domain/secrets.js";
import { standingOf } from "../domain/standing.js";
import type { GuessStore, Operator, Person, RecordEvent, SecretHasher, SecretStore } from "./ports.js";

/** The operator whose code lies in the site's file: there from the first start, and nobody's own. */
export const FIRST_OPERATOR = "first-operator";

const SECRET_BYTES = 8;
const BUSY_RETRY = seconds(1);
const PERSONAL = /^\s*(\d{1,6})\s*-(.+)$/;

/** Who supervises. `staffId` is `null` for the first operator. */
export type Supervisor = { id: string; staffId: string | null; wards: readonly string[] | null };

export type OperatorCheck =
  | { ok: true; operator: Supervisor }
  | { ok: false; code: "operator-code-wrong" | "operator-without-right"; operator: string | null }
  | { ok: false; code: "operator-code-locked"; retryAfter: number };

export type AppointOutcome =
  | { outcome: "appointed"; code: string }
  | { outcome: "refused"; code: "staff-unknown" | "operator-without-right" };

export interface Operators {
  /** Who typed this code at `kiosk`. A guess costs as in `chargeGuess`, at the kiosk and for the operator guessed at. */
  check(kiosk: string, typed: string): Promise<OperatorCheck>;
  /** Gives a person the right and a personal code, shown this once; an earlier code ends. `wards`: `null` is every ward. */
  appoint(staffId: string, wards: readonly string[] | null, by: string): Promise<AppointOutcome>;
  dismiss(staffId: string, by: string): Promise<boolean>;
  list(): Promise<Omit<Operator, "secretHash">[]>;
}

export type OperatorParts = {
  guesses: GuessStore;
  secrets: SecretStore;
  person(staffId: string): Promise<Person | null>;
  hasher: SecretHasher;
  isOperatorCode(code: string): boolean;
  randomBytes(size: number): Uint8Array;
  now(): number;
  record: RecordEvent;
};

export function createOperators(parts: OperatorParts): Operators {
  const { guesses, secrets, hasher, now, record } = parts;
  const judge = async (typed: string): Promise<Supervisor | null> => {
    if (parts.isOperatorCode(typed)) return { id: FIRST_OPERATOR, staffId: null, wards: null };
    const personal = personalCode(typed);
    const operator = personal === null ? null : await secrets.operator(personal.number);
    if (personal === null || operator === null) {
      // As long as for a number that somebody has.
      if (personal !== null) await hasher.idle(personal.secret);
      return null;
    }
    const right = await hasher.verify(personal.secret, operator.secretHash);
    return right ? { id: operator.staffId, staffId: operator.staffId, wards: operator.wards } : null;
  };
  return {
    async check(kiosk, typed) {
      const number = personalCode(typed)?.number ?? 0;
      const keys = [`kiosk ${kiosk}`, `operator ${number}`];
      const charged = await guesses.charge(keys, (known) => chargeGuess(known, now()), now());
      if (!charged.ok) return { ok: false, code: "operator-code-locked", retryAfter: charged.retryAfter };
      let operator: Supervisor | null;
      try {
        operator = await judge(typed);
      } catch (error) {
        if (codeOf(error) !== "hasher-busy") throw error;
        return { ok: false, code: "operator-code-locked", retryAfter: BUSY_RETRY };
      }
      if (operator === null) return { ok: false, code: "operator-code-wrong", operator: null };
      await guesses.forgive(keys);
      if (operator.staffId === null) return { ok: true, operator };
      const person = await parts.person(operator.staffId);
      return person !== null && standingOf(person, now()) === "active"
        ? { ok: true, operator }
        : { ok: false, code: "operator-without-right", operator: operator.id };
    },
    async appoint(staffId, wards, by) {
      const person = await parts.person(staffId);
      if (person === null) return { outcome: "refused", code: "staff-unknown" };
      if (standingOf(person, now()) !== "active") return { outcome: "refused", code: "operator-without-right" };
      const secret = writeCode(parts.randomBytes(SECRET_BYTES));
      const secretHash = await hasher.hash(readCode(secret) ?? secret);
      const number = await secrets.appoint({ staffId, secretHash, wards, appointedBy: by, appointedAt: now() });
      await guesses.forgive([`operator ${number}`]);
      await record("operator.appointed", { staffId, by });
      return { outcome: "appointed", code: `${number}-${secret.toLowerCase()}` };
    },
    async dismiss(staffId, by) {
      const known = await secrets.dismiss(staffId);
      if (known) await record("operator.dismissed", { staffId, by });
      return known;
    },
    async list() {
      const operators = await secrets.operators();
      return operators.map(({ secretHash: _kept, ...shown }) => shown);
    },
  };
}

function personalCode(typed: string): { number: number; secret: string } | null {
  const match = PERSONAL.exec(typed);
  const secret = readCode(match?.[2] ?? "");
  return match === null || secret === null ? null : { number: Number(match[1]), secret };
}
