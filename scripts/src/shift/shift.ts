import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Hospital, startHospital } from "../hospital/hospital.js";
import { recordedTraffic } from "../hospital/record-tls.js";
import { type Screens, watchKiosk, watchPhone } from "../hospital/screens.js";
import { type KioskBrowser, openKiosk } from "./browser.js";
import { verifyJournal } from "./journal.js";
import { failedSteps, type ShiftResult } from "./result.js";
import { askAsRogueKiosk } from "./rogue.js";
import { makeSceneVideos } from "./scenes.js";
import { searchSite } from "./search-site.js";
import { away, enrol, FAR_METRES, standNear, tap, walkAway } from "./steps.js";

export interface ShiftOptions {
  readonly dataDir?: string;
  readonly keep: boolean;
  readonly json: boolean;
  readonly seed: number;
  readonly say: (line: string) => void;
}

/**
 * Plays one shift without a person: real stacks over simulated radio, real models on photos through Chromium's camera
 * path. Progress goes to stderr, the result to stdout. Resolves with 0 only if each step ended as it must.
 */
export async function runShift({ dataDir, keep, json, seed, say }: ShiftOptions): Promise<number> {
  const dir = dataDir ? resolve(dataDir) : await mkdtemp(join(tmpdir(), "wardkey-shift-"));
  const opened: (() => Promise<unknown>)[] = [];
  let good = false;
  try {
    const result = await play({ dir, seed, say, opened });
    const failed = failedSteps(result);
    good = failed.length === 0;
    if (!good) say(`\nnot as it must be: ${failed.join(", ")}`);
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${JSON.stringify(result, null, 2)}\n`);
    return good ? 0 : 1;
  } finally {
    for (const close of opened.reverse())
      await close().catch((error: unknown) => say(`while stopping: ${String(error)}`));
    if (dataDir === undefined && good && !keep) await rm(dir, { recursive: true, force: true });
    else say(`kept: ${dir}`);
  }
}

interface Stage {
  readonly dir: string;
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly opened: (() => Promise<unknown>)[];
}

async function play({ dir, seed, say, opened }: Stage): Promise<ShiftResult> {
  const step = (line: string) => say(`shift: ${line}`);
  const videos = await makeSceneVideos(["enrol", "tap", "masked", "stranger", "empty"], dir, step);
  const tlsFile = join(dir, "tls-in-plain-text");
  const hospital = await startHospital({
    dataDir: join(dir, "hospital"),
    ports: { kiosk: 0, phone: 0, site: 0, devices: 0, mqtt: 0 },
    profile: "demo",
    camera: { kind: "page" },
    seed,
    recordTlsTo: tlsFile,
    progress: step,
  });
  opened.push(hospital.stop);
  const screens = await openScreens(hospital, step);
  opened.push(async () => closeScreens(screens));
  const browser = await openKiosk({ pageUrl: hospital.kiosk.pageUrl, videoFile: videos.enrol, folder: dir });
  opened.push(browser.close);

  step("enrols Anna from one photo of her");
  const enrolled = await enrol(screens, hospital);
  if (!enrolled.ok) throw new Error(`enrolment failed: ${JSON.stringify(screens.kiosk.latest()?.enrolment)}`);
  await away(screens);

  step("taps in with another photo of her");
  await browser.stand(videos.tap);
  const tapped = await tap(screens);
  step("walks away");
  const left = await walkAway(screens);

  step("taps in with a synthetic mask on");
  await browser.stand(videos.masked);
  const masked = await tap(screens);
  await away(screens);

  step("a stranger stands before the camera, her phone near");
  await browser.stand(videos.stranger);
  const stranger = await standNear(screens);
  await away(screens);

  step("her phone near, nobody before the camera");
  await browser.stand(videos.empty);
  const nobody = await standNear(screens);
  await away(screens);

  step("a rogue kiosk asks her phone");
  const rogue = await askAsRogueKiosk({
    hospital,
    folder: join(dir, "rogue"),
    phone: screens.phone,
    phoneAt: FAR_METRES,
  });

  step("the right person's video under the production profile");
  const injected = await production({ hospital, screens, browser, video: videos.tap, folder: dir, opened, step });

  step("checks the journal and searches the site for biometric bytes");
  const searched = await searchSite({ hospital, traffic: recordedTraffic(tlsFile), say: step });
  const journal = await verifyJournal(hospital);

  return {
    enrol: enrolled,
    tap: { outcome: tapped.outcome, ms: tapped.ms },
    walkAway: left,
    maskedTap: { outcome: masked.reason === "no-match" ? "below-threshold" : masked.outcome, ms: masked.ms },
    stranger: { outcome: outcomeOf(stranger), reason: stranger.reason },
    noFace: { outcome: stayedLocked(nobody) ? "stays-locked" : [...nobody.states].join(" ") },
    rogueKiosk: rogue,
    injectedVideo: injected.result,
    journal,
    biometricBytesAtSite: searched.biometricBytes,
    canaryControlFound: searched.controlFound,
    livenessEnforced: injected.demoEnforcedLiveness,
  };
}

type Stood = Awaited<ReturnType<typeof standNear>>;
const letIn = (stood: Stood) => stood.states.has("unlocked") || stood.states.has("leaving");
const outcomeOf = (stood: Stood) => (letIn(stood) ? "unlocked" : stood.reason === "" ? "stays-locked" : "refused");
const stayedLocked = (stood: Stood) => !letIn(stood) && !stood.released;

/** The agent starts anew with what a hospital runs: frames from a page are worth nothing there. */
async function production(input: {
  hospital: Hospital;
  screens: Screens;
  browser: KioskBrowser;
  video: string;
  folder: string;
  opened: (() => Promise<unknown>)[];
  step: (line: string) => void;
}): Promise<{ result: { outcome: string; reason: string }; demoEnforcedLiveness: boolean }> {
  const { hospital, screens, browser, step } = input;
  const demoEnforcedLiveness = screens.kiosk.latest()?.liveness.enforced ?? true;
  screens.kiosk.close();
  await browser.close();
  await hospital.restartAgent({ profile: "production" });
  const kiosk = await openToldKiosk(hospital, step);
  const page = await openKiosk({ pageUrl: hospital.kiosk.pageUrl, videoFile: input.video, folder: input.folder });
  input.opened.push(page.close);
  const stood = await standNear({ kiosk, phone: screens.phone });
  screens.phone.send({ type: "move", distance: FAR_METRES });
  kiosk.close();
  const refused = stood.reason !== "" && !letIn(stood) && !stood.released;
  return { result: { outcome: refused ? "refused" : outcomeOf(stood), reason: stood.reason }, demoEnforcedLiveness };
}

async function openScreens(hospital: Hospital, step: (line: string) => void): Promise<Screens> {
  return {
    kiosk: await openToldKiosk(hospital, step),
    phone: await watchPhone(hospital, (command, code) => step(`the phone refused "${command}": ${code}`)),
  };
}

async function openToldKiosk(hospital: Hospital, step: (line: string) => void) {
  const kiosk = await watchKiosk(hospital, (command, code) => step(`the kiosk refused "${command}": ${code}`));
  let last = "";
  kiosk.on(({ session, enrolment }) => {
    const shown = enrolment ? `enrolment, ${enrolment.step}` : session.state;
    const line = `  kiosk: ${shown}${"reason" in session ? ` (${session.reason})` : ""}`;
    if (line !== last) step(line);
    last = line;
  });
  return kiosk;
}

function closeScreens({ kiosk, phone }: Screens): void {
  kiosk.close();
  phone.close();
}
