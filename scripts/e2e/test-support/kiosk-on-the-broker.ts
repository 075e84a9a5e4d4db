import { randomUUID } from "node:crypto";
import type { Fleet } from "@wardkey/fleet-server";
import { hours } from "@wardkey/protocol";
import { Draws } from "../../src/demo-fleet/draws.js";
import { journaledIn } from "../../src/demo-fleet/incidents.js";
import { SimulatedKiosk } from "../../src/demo-fleet/simulated-kiosk.js";
import type { Entry } from "../../src/demo-fleet/visits.js";
import { enrolAll } from "../../src/fleet-bench/enrol.js";
import { pemOf } from "../../src/m2m/site-https.js";

const CERTIFICATE_MS = 86_400_000;
const SEED = 7;

/** A simulated kiosk, as the demonstration fleet has them, that enrolled over EST and is on the site's broker. */
export async function connectKiosk(
  { machines, rootCertificate, mqttUrl }: Fleet,
  { site = "st-mary", ...kiosk }: { id: string; name: string; ward: string; site?: string },
): Promise<SimulatedKiosk> {
  const added = await machines.devices.registry.add({ ...kiosk, kind: "kiosk", tags: [] }, "machine");
  if (!added.ok) throw new Error(`not added: ${added.code}`);
  const issued = await machines.pki.issueTicket({ device: kiosk.id, profile: "kiosk", ttl: hours(1) });
  if (!issued.ok) throw new Error(`no ticket: ${issued.code}`);
  const ca = pemOf(rootCertificate);
  const [device] = (await enrolAll([issued.ticket], ca)).devices;
  if (device === undefined) throw new Error("nothing enrolled");
  const connected = new SimulatedKiosk(device, { url: mqttUrl, ca, site }, Date.now() + CERTIFICATE_MS);
  await connected.connect();
  return connected;
}

/** What a kiosk journals when `person` breaks the glass, here by an emergency card, and locks again. */
export function emergencyOf(person: string, card?: string): { readonly session: string; readonly entries: Entry[] } {
  const at = Date.now() - 600_000;
  const { here } = journaledIn("break-glass", new Draws(SEED), { at, person, newId: randomUUID });
  const entries = here.map((entry) =>
    entry.kind === "break-glass.opened" && card !== undefined ? { ...entry, body: { ...entry.body, card } } : entry,
  );
  const opened = entries.find((entry) => entry.kind === "break-glass.opened");
  if (opened === undefined) throw new Error("nobody broke the glass");
  return { session: opened.body.session, entries };
}
