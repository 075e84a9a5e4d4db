import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Fleet, startFleet } from "@wardkey/fleet-server";
import { hours, WardkeyError } from "@wardkey/protocol";
import type { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { pino } from "pino";
import { systemClock } from "../clock.js";
import { enrolAll } from "../fleet-bench/enrol.js";
import type { SwarmDevice } from "../fleet-bench/swarm-messages.js";
import { pemOf } from "../m2m/site-https.js";
import { projectRoot } from "../project-root.js";
import { kioskOf, WARDS } from "./cast.js";
import { addPeople } from "./people.js";
import type { SimulatedWard } from "./swarm-messages.js";

export const SITE = "st-elsewhere";
const BY = "machine";
const MARK = "simulated-fleet";
/** What a person does not add by hand: kiosks that never came, and one that was taken out of service. */
const NEVER_SEEN = 2;
const PEOPLE_PER_KIOSK = 2;
/** Enough for ten on every ward: figures of fewer are shown to nobody, and no trial takes such a ward. */
const FEWEST_PEOPLE = 140;
const MOST_PEOPLE = 600;
const CAPS = { hoursBetween: 1, aWeek: 20 };

export interface SimulatedSite {
  readonly fleet: Fleet;
  /** PEM. */
  readonly root: string;
  readonly wards: readonly SimulatedWard[];
  readonly denied: SwarmDevice | null;
}

export interface SiteChoices {
  readonly dir: string;
  readonly kiosks: number;
  readonly ports: { readonly console: number; readonly devices: number; readonly mqtt: number };
  readonly say: (line: string) => void;
}

/** A fleet server on embedded defaults with a simulated site in it, made anew: kiosks enrolled over EST, people, wards. */
export async function startSimulatedSite({ dir, kiosks, ports, say }: SiteChoices): Promise<SimulatedSite> {
  emptied(dir);
  const fleet = await startFleet({
    config: {
      dataDir: join(dir, "site"),
      siteId: SITE,
      siteName: "St Elsewhere (simulated)",
      ports,
      profile: "production",
      operatorCodeFile: join(dir, "operator-code"),
      consolePageDir: join(projectRoot, "fleet/console/dist/page"),
    },
    clock: systemClock,
    logger: pino({ level: "warn" }, pino.destination(join(dir, "fleet.log"))),
    version: "0.1.0",
  });
  try {
    const root = pemOf(fleet.rootCertificate);
    say(`  enrolling ${kiosks} simulated kiosks over EST`);
    const { devices } = await enrolAll(await tickets(fleet, kiosks), root);
    await answerBehaviours(fleet);
    say("  adding people who do not exist");
    const operatorCode = readFileSync(join(dir, "operator-code"), "utf8").trim();
    const count = Math.min(MOST_PEOPLE, Math.max(FEWEST_PEOPLE, kiosks * PEOPLE_PER_KIOSK));
    const people = await addPeople(fleet.staff, { count, kiosk: kioskOf(0).id, operatorCode });
    const denied = devices.length > 20 ? (devices.at(-1) ?? null) : null;
    if (denied !== null) await fleet.machines.devices.denials.deny({ device: denied.id, by: BY, reason: "stolen" });
    const quarantined = devices.length > 20 ? devices.at(-2) : undefined;
    if (quarantined !== undefined) {
      await fleet.machines.devices.denials.quarantine({ device: quarantined.id, by: BY, reason: "misbehaves" });
    }
    const wards = WARDS.map((name) => ({
      name,
      kiosks: devices.filter((device, at) => kioskOf(at).ward === name && device !== denied),
      people: people.get(name) ?? [],
    }));
    return { fleet, root, denied, wards: wards.filter((ward) => ward.kiosks.length > 0 && ward.people.length > 0) };
  } catch (error) {
    await fleet.stop();
    throw error;
  }
}

/** What the site says to people who leave a screen open, so that nudges are seen to come and go. */
export async function answerBehaviours({ nudging }: Pick<Fleet, "nudging">, caps = CAPS): Promise<void> {
  const answer = <T extends string>(template: T) => ({ mode: "everywhere", template, lessonAfter: 3 }) as const;
  const answers = {
    "left-unlocked": { ...answer("phone-goes-along"), lesson: "unlocked-workstations" },
    "veil-dismissed": { ...answer("veil-guards"), lesson: null },
    "shared-badge": { ...answer("badge-is-signature"), lesson: null },
    "break-glass-no-reason": { ...answer("say-which-emergency"), lesson: null },
  } as const;
  const version = (await nudging.store.programme())?.version ?? 0;
  await nudging.store.keepProgramme({ version, answers, caps });
  await nudging.nudges.refresh();
}

async function tickets({ machines }: Fleet, kiosks: number): Promise<readonly EnrolmentTicket[]> {
  const made: EnrolmentTicket[] = [];
  for (let at = 0; at < kiosks + NEVER_SEEN; at += 1) {
    const kiosk = kioskOf(at);
    const added = await machines.devices.registry.add({ ...kiosk, kind: "kiosk" }, BY);
    if (!added.ok) throw new WardkeyError(added.code, `${kiosk.id} is known already`);
    if (at >= kiosks) continue;
    const issued = await machines.pki.issueTicket({ device: kiosk.id, profile: "kiosk", ttl: hours(1) });
    if (!issued.ok) throw new WardkeyError(issued.code, `no ticket for ${kiosk.id}`);
    made.push(issued.ticket);
  }
  return made;
}

/** Each start makes the site anew. A folder that another program made is left alone: `folder-in-use`. */
function emptied(dir: string): void {
  const mark = join(dir, MARK);
  if (existsSync(dir) && readdirSync(dir).length > 0 && !existsSync(mark)) {
    throw new WardkeyError("folder-in-use", `${dir} holds something else: choose an empty folder with --data DIR`);
  }
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  writeFileSync(mark, "What this folder holds is simulated, and made anew at each start.\n", { mode: 0o600 });
}
