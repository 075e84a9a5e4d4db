import type { ApprovalListed } from "@wardkey/protocol/fleet";
import { CATALOGUES, type StatusKey, type useWords } from "../words.js";

type Say = ReturnType<typeof useWords>["t"];

/** What a proposal would do, in the reader's own language; `null` for a kind that only the site has words for. */
export function sayingOf(approval: Pick<ApprovalListed, "kind" | "args">, t: Say): string | null {
  const key = `approval.kind.${approval.kind}`;
  if (!isKey(key)) return null;
  const values = Object.fromEntries(factsOf(approval.args));
  const role = values["role"];
  const roleKey = `role.${role ?? ""}`;
  return t(key, { ...values, role: isKey(roleKey) ? t(roleKey) : (role ?? "") });
}

/** Every argument as text, one level of names: what is signed is shown, whatever its kind. */
export function factsOf(args: unknown): [string, string][] {
  if (typeof args !== "object" || args === null) return [];
  return Object.entries(args).map(([name, value]) => [
    name,
    typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : JSON.stringify(value),
  ]);
}

const isKey = (key: string): key is StatusKey => Object.hasOwn(CATALOGUES.en, key);
