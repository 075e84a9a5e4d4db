import type { SiteOverview } from "@wardkey/protocol/fleet";
import type { Audit } from "../audit/index.js";
import type { BearerKiosks as Devices } from "../devices/index.js";
import type { Pki } from "../pki/index.js";
import type { Person, Staff } from "../staff/index.js";

const NEWEST_ENTRIES = 50;

export type OverviewParts = {
  site: { id: string; name: string };
  pki: Pki;
  devices: Devices;
  staff: Staff;
  audit: Audit;
  now(): number;
};

/** What the status page shows: is care running, is anything wrong, who is enrolled. */
export async function readOverview({ site, pki, devices, staff, audit, now }: OverviewParts): Promise<SiteOverview> {
  const kiosks = await devices.kiosks();
  const nameOf = new Map(kiosks.map((kiosk) => [kiosk.id, kiosk.name]));
  const shown: SiteOverview["kiosks"] = [];
  for (const kiosk of kiosks) {
    const reader = await pki.readerOf(kiosk.id);
    const chain = await audit.chain(kiosk.id);
    shown.push({
      id: kiosk.id,
      name: kiosk.name,
      ward: kiosk.ward,
      state: kiosk.report?.state ?? null,
      profile: kiosk.report?.profile ?? null,
      camera: kiosk.report?.camera ?? null,
      lastSeenAt: kiosk.lastSeenAt,
      readerExpiresAt: reader?.notAfter ?? 0,
      statusExpiresAt: kiosk.statusExpiresAt,
      journalSeq: chain.seq,
      chainValid: chain.valid,
    });
  }
  return {
    v: 1,
    now: now(),
    site: { ...site, rootExpiresAt: pki.rootExpiresAt, denyEpoch: await pki.denyEpoch() },
    kiosks: shown,
    people: (await staff.people()).map((person) => ({
      staffId: person.staffId,
      name: `${person.givenName} ${person.familyName}`.trim(),
      role: person.role,
      credential: credentialState(person, now()),
      epoch: person.credential?.epoch ?? 0,
      expiresAt: person.credential?.expiresAt ?? null,
      enrolledAt: person.credential === null ? null : (nameOf.get(person.credential.kiosk) ?? person.credential.kiosk),
    })),
    journal: (await audit.newest(NEWEST_ENTRIES)).map(({ kiosk, seq, at, kind, body }) => ({
      kiosk,
      seq,
      at,
      kind,
      body,
    })),
  };
}

function credentialState({ credential, deniedAt }: Person, now: number): "none" | "active" | "expired" {
  if (credential === null || deniedAt !== null) return "none";
  return credential.expiresAt > now ? "active" : "expired";
}
