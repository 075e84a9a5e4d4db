import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { castOf, type Ward } from "./cast.js";

const BY = "machine";
/** One in so many has not been enrolled yet. */
const WITHOUT_PHONE = 12;

/**
 * People who do not exist, in the fleet's directory, most with a credential: a phone's key without a phone, and the digest
 * of a template that nobody has. Answers whom each ward has.
 */
export async function addPeople(
  staff: Fleet["staff"],
  { count, kiosk, operatorCode }: { count: number; kiosk: string; operatorCode: string },
): Promise<ReadonlyMap<Ward, readonly string[]>> {
  const wards = new Map<Ward, string[]>();
  for (const [at, { givenName, familyName, role, ward }] of castOf(count).entries()) {
    const facts = {
      givenName,
      familyName,
      role,
      wards: [ward],
      employment: "staff",
      hrId: null,
      endsAt: null,
    } as const;
    const added = await staff.directory.add(facts, BY);
    if (added.outcome === "refused") throw new WardkeyError(added.code, "a simulated person was refused");
    const { staffId } = added.person;
    if (at % WITHOUT_PHONE === WITHOUT_PHONE - 1) continue;
    const begun = await staff.enrolments.begin(kiosk, { operatorCode, givenName, familyName, staffId });
    if (!begun.ok) throw new WardkeyError(begun.code, "a simulated enrolment was refused");
    const issued = await staff.enrolments.issue(kiosk, begun.grant.id, phone());
    if (!issued.ok) throw new WardkeyError(issued.code, "a simulated credential was refused");
    wards.set(ward, [...(wards.get(ward) ?? []), staffId]);
  }
  return wards;
}

const phone = () => ({
  holderPublicKey: generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ format: "der", type: "spki" })
    .toString("base64url"),
  templateDigest: randomBytes(32).toString("base64url"),
  transcript: randomBytes(32).toString("base64url"),
});
