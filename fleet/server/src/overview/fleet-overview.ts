import { FLEET_CLIENT, type SiteOverview } from "@wardkey/protocol/fleet";
import type { DeviceEntry, Devices } from "../devices/index.js";
import type { Person } from "../staff/index.js";

/** What the status page reads, in its own words. */
export interface OverviewSources {
  readonly siteName: string;
  readonly machines: {
    readonly pki: {
      trust(): { readonly site: string };
      denyEpoch(): number;
      health(): Promise<{ readonly rootExpiresAt: number }>;
    };
    readonly devices: Pick<Devices, "listing">;
  };
  readonly records: {
    readonly audit: {
      chains(devices: readonly string[]): Promise<ReadonlyMap<string, { seq: number; valid: boolean }>>;
      newest(limit: number): Promise<readonly JournalLine[]>;
    };
  };
  readonly staff: {
    people(): Promise<readonly Person[]>;
    onChanged(listener: () => void): () => void;
  };
  readonly now: () => number;
}
type JournalLine = SiteOverview["journal"][number];

const NEWEST_ENTRIES = 50;
/** The fleet's own acts stand between the devices' events and are not shown here. */
const READ_ENTRIES = 200;
/** One page for one look. A site with more shows those that need somebody; the rest is in the list of devices. */
const MOST_KIOSKS = 100;
const MOST_PEOPLE = 500;
const FRESH_MS = 1_000;
/** A device that has journaled nothing yet. */
const UNSAID = { seq: 0, valid: true };

/** Whether care is running, whether anything is wrong, who is enrolled. Who asks at the same time gets the same answer. */
export function createFleetOverview(sources: OverviewSources): { read(): Promise<SiteOverview> } {
  const { staff, now } = sources;
  let people: Promise<readonly Person[]> | null = null;
  staff.onChanged(() => {
    people = null;
  });
  let last: { at: number; overview: Promise<SiteOverview> } | null = null;
  const peopleNow = (): Promise<readonly Person[]> => {
    people ??= staff.people().catch((error: unknown) => {
      people = null;
      throw error;
    });
    return people;
  };
  return {
    read() {
      if (last !== null && Math.abs(now() - last.at) < FRESH_MS) return last.overview;
      const overview = readOverview(sources, peopleNow);
      last = { at: now(), overview };
      overview.catch(() => {
        last = null;
      });
      return overview;
    },
  };
}

async function readOverview(
  { siteName, machines, records, now }: OverviewSources,
  people: () => Promise<readonly Person[]>,
): Promise<SiteOverview> {
  const { pki, devices } = machines;
  const query = { kind: "kiosk", order: "up", from: 0, limit: MOST_KIOSKS } as const;
  const byName = await devices.listing.page({ ...query, sort: "name" });
  const many = byName.total > MOST_KIOSKS;
  const shown = many ? await devices.listing.page({ ...query, sort: "health" }) : byName;
  const nameOf = new Map(shown.entries.map(({ device }) => [device.id, device.name]));
  const at = now();
  const chains = await records.audit.chains([...nameOf.keys()]);
  const entries = (await records.audit.newest(READ_ENTRIES)).filter(({ kiosk }) => kiosk !== FLEET_CLIENT);
  return {
    v: 1,
    now: at,
    site: {
      id: pki.trust().site,
      name: siteName,
      rootExpiresAt: (await pki.health()).rootExpiresAt,
      denyEpoch: pki.denyEpoch(),
    },
    kiosks: shown.entries.map((entry) => kioskOf(entry, chains.get(entry.device.id) ?? UNSAID, at)),
    people: (await people()).slice(0, MOST_PEOPLE).map((person) => ({
      staffId: person.staffId,
      name: `${person.givenName} ${person.familyName}`.trim(),
      role: person.role,
      credential: credentialState(person, at),
      epoch: person.credential?.epoch ?? 0,
      expiresAt: person.credential?.expiresAt ?? null,
      enrolledAt: person.credential === null ? null : (nameOf.get(person.credential.kiosk) ?? person.credential.kiosk),
      quality: person.credential?.quality ?? null,
    })),
    journal: entries.slice(0, NEWEST_ENTRIES).map(({ kiosk, seq, at: when, kind, body }) => ({
      ...{ kiosk, seq, at: when, kind, body },
    })),
  };
}

function kioskOf(
  { device, shadow }: DeviceEntry,
  chain: { seq: number; valid: boolean },
  now: number,
): SiteOverview["kiosks"][number] {
  const { reported } = shadow;
  return {
    id: device.id,
    name: device.name,
    ward: device.ward,
    state: reported?.state ?? null,
    profile: reported?.profile ?? null,
    camera: reported?.camera ?? null,
    // A connected device says nothing while nothing changes: its connection is the sign of life.
    lastSeenAt: shadow.online ? now : shadow.seenAt,
    readerExpiresAt: reported?.readerExpiresAt ?? 0,
    statusExpiresAt: shadow.statusExpiresAt,
    journalSeq: chain.seq,
    chainValid: chain.valid,
  };
}

function credentialState({ credential, deniedAt }: Person, now: number): "none" | "active" | "expired" {
  if (credential === null || deniedAt !== null) return "none";
  return credential.expiresAt > now ? "active" : "expired";
}
