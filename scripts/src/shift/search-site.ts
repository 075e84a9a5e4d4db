import { randomBytes } from "node:crypto";
import { appendFileSync, readFileSync } from "node:fs";
import type { Hospital } from "../hospital/hospital.js";
import { type Canary, canaryOf, folderBytes, foundIn, foundInFolder, foundInMemory } from "./canary.js";
import { readDemoTemplate } from "./demo-template.js";

export interface SiteSearch {
  /** Bytes of the template found in the site's files, traffic and memory and in every log, in any of the forms searched. */
  readonly biometricBytes: number;
  /** The same search found a control secret in each of those places after it had been put there. */
  readonly controlFound: boolean;
}

/** Proves, as far as a search can, that the site never held a byte of the template that it signed a digest of. */
export async function searchSite(input: {
  readonly hospital: Hospital;
  readonly traffic: Buffer;
  readonly say: (line: string) => void;
}): Promise<SiteSearch> {
  const { hospital, traffic, say } = input;
  const places = {
    files: (canary: Canary) => foundInFolder(hospital.folders.site, canary),
    logs: (canary: Canary) => foundInFolder(hospital.folders.logs, canary),
    traffic: (canary: Canary) => foundIn(traffic, canary),
    memory: (canary: Canary) => foundInMemory(hospital.process("site").pid, canary),
  };
  const template = canaryOf(await readDemoTemplate(hospital.folders.wallet));
  let biometricBytes = 0;
  for (const [name, search] of Object.entries(places)) {
    const found = search(template);
    if (found > 0) say(`biometric bytes in ${name}: ${found}`);
    biometricBytes += found;
  }
  say(
    `searched ${folderBytes(hospital.folders.site)} bytes of files, ${traffic.length} of traffic, the logs and the memory`,
  );
  return { biometricBytes, controlFound: await controlFound(input, places) };
}

type Places = Readonly<Record<"files" | "logs" | "traffic" | "memory", (canary: Canary) => number>>;

/** What is known to be in each place must be found there by the same search. */
async function controlFound(
  { hospital, traffic, say }: { hospital: Hospital; traffic: Buffer; say: (line: string) => void },
  places: Places,
): Promise<boolean> {
  // The reader certificate was issued by the site: it is in its files, crossed the wire and is bytes of the same kind.
  const issued = readFileSync(`${hospital.folders.site}/pki/root.cer`);
  const asked = randomBytes(48);
  appendFileSync(`${hospital.folders.logs}/site.log`, `{"control":"${asked.toString("base64")}"}\n`);
  for (let i = 0; i < 20; i++) await fetch(new URL(`/livez?control=${asked.toString("base64url")}`, hospital.site.url));
  const held = {
    files: places.files(canaryOf(issued)) > 0,
    logs: places.logs(canaryOf(asked)) > 0,
    traffic: traffic.length > 0 && places.traffic(canaryOf(issued)) > 0,
    memory: places.memory(canaryOf(asked)) > 0,
  };
  for (const [place, found] of Object.entries(held)) if (!found) say(`the control was not found in ${place}`);
  return Object.values(held).every(Boolean);
}
