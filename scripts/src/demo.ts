import { join, resolve } from "node:path";
import { codeOf, WardkeyError } from "@wardkey/protocol";
import { type Hospital, type HospitalOptions, startHospital } from "./hospital/hospital.js";
import { projectRoot } from "./project-root.js";

export interface DemoOptions {
  readonly dataDir?: string;
  readonly ports: HospitalOptions["ports"];
  readonly seed: number;
  readonly say: (line: string) => void;
}

/** Runs the demo hospital until Ctrl+C, or until one of its processes ends by itself. Resolves with the exit code. */
export async function runDemo({ dataDir, ports, seed, say }: DemoOptions): Promise<number> {
  const dir = resolve(dataDir ?? join(projectRoot, ".wardkey", "hospital"));
  say("\nStarting a small hospital on this machine (loopback only)");
  // Heard from the first moment: whoever interrupts the start gets an orderly stop too.
  const interruption = interrupted();
  const hospital = await startHospital({
    dataDir: dir,
    ports,
    profile: "demo",
    camera: { kind: "page" },
    seed,
    progress: (line) => say(`  ${line}`),
  }).catch((error: unknown) => {
    throw explained(error, dir);
  });
  say(welcome(hospital, dir));
  const ended = await Promise.race([interruption, hospital.fault]);
  if (ended === "interrupted") {
    say("\nStopping: the kiosk locks first");
    await hospital.stop();
    return 0;
  }
  say(`\n${ended.name} ended by itself; its log is in ${hospital.folders.logs}. Stopping the rest.`);
  await hospital.stop();
  return 1;
}

function welcome({ kiosk, phone, site, operatorCode }: Hospital, dir: string): string {
  const kioskUrl = `${kiosk.pageUrl}&phone=${encodeURIComponent(phone.pageUrl)}`;
  return `
  Kiosk's screen   ${kioskUrl}
  Phone's screen   ${phone.pageUrl}
  Fleet console    ${site.pageUrl}
${site.setupUrl === null ? "" : `  First admin      ${site.setupUrl}\n`}
  1. Open the kiosk and the phone side by side; allow the kiosk's page your camera.
  2. On the kiosk choose "Enrol someone". Operator code: ${operatorCode}. Hand the code to the demo phone,
     compare the six digits on both screens, look at the camera.
  3. On the phone slide the distance close and look up: you are in. Slide it away: the kiosk locks.

  Demo profile: the page's camera is unattested and liveness is shown, not enforced. The radio is simulated;
  phone and kiosk run their real Bluetooth stacks on it. Kept in ${dir}; Ctrl+C stops.
`;
}

const flags: readonly (readonly [RegExp, string])[] = [
  [/^agent:/, "--kiosk-port"],
  [/^wallet:/, "--phone-port"],
  [/"ports\.devices"/, "--device-port"],
  [/"ports\.mqtt"/, "--mqtt-port"],
  [/^site:/, "--site-port"],
];

/** Says what a person can do about it. */
function explained(error: unknown, dir: string): unknown {
  const code = codeOf(error);
  if (!(error instanceof WardkeyError)) return error;
  if (code === "port-in-use") {
    const flag = flags.find(([said]) => said.test(error.message))?.[1] ?? "--kiosk-port, --phone-port or --site-port";
    return new WardkeyError(code, `${error.message}\nChoose another: npm start -- ${flag} N (0 takes any free one)`, {
      cause: error,
    });
  }
  if (code === "already-running" || code === "room-already-running") {
    return new WardkeyError(
      code,
      `A hospital is already running over ${dir}: use it, stop it, or start beside it with --data DIR and other ports.`,
      { cause: error },
    );
  }
  return error;
}

function interrupted(): Promise<"interrupted"> {
  return new Promise((settle) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => settle("interrupted"));
  });
}
