import { generateKeyPairSync, randomBytes } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import { WardkeyError } from "@wardkey/protocol";
import { castOf, type Role, type Ward } from "./cast.js";

const BY = "machine";
/** One in so many has not been enrolled yet. */
const WITHOUT_PHONE = 12;
const AT_ONCE = 16;

/**
 * People who do not exist, in the fleet's directory, most with a credential: a phone's key without a phone, and the digest
 * of a template that nobody has. Answers whom each ward has.
 */
export async function addPeople(
  staff: Fleet["staff"],
  { count, kiosk, operatorCode }: { count: number; kiosk: string; operatorCode: string },
): Promise<ReadonlyMap<Ward, readonly string[]>> {
  const wards = new Map<Ward, string[]>();
  const cast = castOf(count);
  const ids = new Map<Role, string>();
  // Each waits for the audit's disk: many wait together.
  for (let from = 0; from < cast.length; from += AT_ONCE) {
    const some = cast.slice(from, from + AT_ONCE).map(async (each) => {
      const { givenName, familyName, role, ward } = each;
      const facts = { givenName, familyName, role, wards: [ward], hrId: null, endsAt: null };
      const added = await staff.directory.add({ ...facts, employment: "staff" }, BY);
      if (added.outcome === "refused") throw new WardkeyError(added.code, "a simulated person was refused");
      ids.set(each, added.person.staffId);
    });
    await Promise.all(some);
  }
  let issuing: Promise<void>[] = [];
  for (const [at, each] of cast.entries()) {
    if (at % WITHOUT_PHONE === WITHOUT_PHONE - 1) continue;
    const { givenName, familyName, ward } = each;
    const staffId = ids.get(each) ?? "";
    // One after the other: a code that is typed at many kiosks at once counts as guessed.
    const begun = await staff.enrolments.begin(kiosk, { operatorCode, givenName, familyName, staffId });
    if (!begun.ok) throw new WardkeyError(begun.code, "a simulated enrolment was refused");
    const issue = async (): Promise<void> => {
      const issued = await staff.enrolments.issue(kiosk, begun.grant.id, phone());
      if (!issued.ok) throw new WardkeyError(issued.code, "a simulated credential was refused");
    };
    issuing.push(issue());
    if (issuing.length === AT_ONCE) {
      await Promise.all(issuing);
      issuing = [];
    }
    wards.set(ward, [...(wards.get(ward) ?? []), staffId]);
  }
  await Promise.all(issuing);
  return wards;
}

const phone = () => ({
  holderPublicKey: generateKeyPairSync("ec", { namedCurve: "P-256" })
    .publicKey.export({ format: "der", type: "spki" })
    .toString("base64url"),
  templateDigest: randomBytes(32).toString("base64url"),
  transcript: randomBytes(32).toString("base64url"),
});
