import { randomUUID } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import type { JournalEvent, ReportedBody } from "@wardkey/protocol/fleet";
import { JOURNAL_GENESIS, JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { uuidV7 } from "@wardkey/protocol/fleet/uuid-v7";
import { WARDS } from "../demo-fleet/cast.js";
import { Draws } from "../demo-fleet/draws.js";
import { visitOf } from "../demo-fleet/visits.js";

const BY = "bench";
const AT_ONCE = 200;
const KIOSKS_AT_ONCE = 500;
const DAY_MS = 86_400_000;
const SPREAD_DAYS = 30;
const WARDS_OF_A_WING = 4;

export interface Amount {
  readonly devices: number;
  readonly people: number;
  readonly events: number;
}

/** A large simulated site, made through the fleet server's own doors: registry, shadows, directory, audit with its chains. */
export async function fill(fleet: Fleet, { devices, people, events }: Amount, say: (line: string) => void) {
  const draws = new Draws(1);
  const ids = Array.from({ length: devices }, (_, at) => `kiosk-${String(at).padStart(5, "0")}`);
  say(`  ${devices} devices`);
  await inChunks(ids, AT_ONCE, async (id, at) => {
    const device = { id, name: `Kiosk ${at}`, ward: wardOf(at), kind: "kiosk", tags: ["simulated"] } as const;
    await fleet.machines.devices.registry.add(device, BY);
  });
  say("  their shadows");
  await inChunks(ids, AT_ONCE, async (device, at) => {
    const said = (leaf: "status" | "reported", payload: string) =>
      fleet.machines.devices.shadows.onUp({ device, leaf, request: null, payload: Buffer.from(payload) });
    await said("status", envelope("birth", { session: 1 }));
    await said("reported", envelope("reported", reported(draws)));
    if (at % 25 === 0) await said("status", envelope("death", { session: 1 }));
  });
  say(`  ${people} people`);
  const names = Array.from({ length: people }, (_, at) => at);
  await inChunks(names, AT_ONCE, async (at) => {
    const name = { givenName: `Given${at % 97}`, familyName: `Family${at}`, role: at % 3 === 0 ? "doctor" : "nurse" };
    await fleet.staff.directory.add(
      { ...name, wards: [wardOf(at)], employment: "staff", hrId: null, endsAt: null },
      BY,
    );
  });
  const { people: some } = await fleet.staff.directory.find({ limit: 500 });
  say(`  ${events} events`);
  await journal(fleet, { ids, staff: some.map(({ staffId }) => staffId), events, draws, say });
}

/** Visit after visit at every kiosk, over a month. What the audit takes in, the figures count. */
async function journal(
  fleet: Fleet,
  input: {
    ids: readonly string[];
    staff: readonly string[];
    events: number;
    draws: Draws;
    say: (line: string) => void;
  },
): Promise<void> {
  const { ids, staff, draws } = input;
  const chains = ids.map(() => ({ seq: 0, head: Buffer.from(JOURNAL_GENESIS).toString("base64url") }));
  const hasher = new JournalHasher();
  const begun = Date.now() - SPREAD_DAYS * DAY_MS;
  const between = (SPREAD_DAYS * DAY_MS * ids.length * 4) / input.events;
  let left = input.events;
  for (let round = 0; left > 0; round += 1) {
    for (let from = 0; from < ids.length && left > 0; from += KIOSKS_AT_ONCE) {
      const taken = ids.slice(from, from + KIOSKS_AT_ONCE).map(async (id, index) => {
        const chain = chains[from + index];
        if (chain === undefined || left <= 0) return;
        const at = Math.round(begun + round * between + draws.whole(0, Math.round(between / 2)));
        const entries = visitOf(draws, { person: draws.pick(staff), at, newId: randomUUID }).slice(0, left);
        left -= entries.length;
        const events: JournalEvent[] = entries.map((entry) => {
          const next = { ...entry, seq: chain.seq + 1, id: randomUUID(), body: entry.body as JournalEvent["body"] };
          chain.head = hasher.chain(chain.head, next);
          chain.seq = next.seq;
          return { ...next, hash: chain.head };
        });
        const { refusal } = await fleet.records.audit.take(id, events);
        if (refusal !== null) throw new Error(`${id}: ${refusal.code}`);
        fleet.figures.note(id, events);
      });
      await Promise.all(taken);
    }
    if (round % 5 === 0) input.say(`    ${input.events - left}`);
  }
}

const wardOf = (at: number): string => {
  const ward = WARDS[at % WARDS.length] ?? "Emergency";
  return `${ward} ${1 + (Math.floor(at / WARDS.length) % WARDS_OF_A_WING)}`;
};

function reported(draws: Draws): ReportedBody {
  const now = Date.now();
  return {
    ...{ state: "locked", profile: "production", version: "0.1.0", policy: null, tableDigest: null, denyEpoch: 0 },
    camera: draws.weighted({ ok: 0.97, degraded: 0.02, down: 0.01 }),
    leaseEndsAt: now + DAY_MS,
    certificateExpiresAt: now + DAY_MS,
    readerExpiresAt: now + 20 * DAY_MS,
    ...{ journalSeq: 0, outbox: 0, clockOffsetMs: draws.whole(-90, 90) },
  };
}

function envelope(kind: string, body: object): string {
  const at = Date.now();
  return JSON.stringify({ v: 1, id: uuidV7(at), at, kind, body });
}

async function inChunks<T>(all: readonly T[], size: number, work: (each: T, at: number) => Promise<void>) {
  for (let from = 0; from < all.length; from += size) {
    await Promise.all(all.slice(from, from + size).map((each, at) => work(each, from + at)));
  }
}
