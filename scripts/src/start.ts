import { parseArgs } from "node:util";
import { codeOf } from "@wardkey/protocol";
import { runDemo } from "./demo.js";
import { runFleetDemo } from "./demo-fleet/run-fleet.js";
import { runShift } from "./shift/shift.js";

const help = `npm start                        a small hospital on this machine, for you to try
npm start -- --fleet 200          a fleet server with so many simulated kiosks, people and incidents: the console, alive
npm start -- --once --json       the same as a scripted shift without a person; one JSON line at the end

  --kiosk-port N    the kiosk's screen    (7410)
  --phone-port N    the phone's screen    (7420)
  --site-port N     the fleet's console   (7430)
  --device-port N   HTTPS for devices     (7431)
  --mqtt-port N     MQTT for devices      (7432)
  --data DIR        what the hospital keeps (.wardkey/hospital; of a scripted shift: a temporary folder)
  --keep            keep a scripted shift's folder
  --seed N          seed of the simulated radio (1)
`;

const options = {
  once: { type: "boolean", default: false },
  fleet: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  data: { type: "string" },
  seed: { type: "string", default: "1" },
  "kiosk-port": { type: "string", default: "7410" },
  "phone-port": { type: "string", default: "7420" },
  "site-port": { type: "string", default: "7430" },
  "device-port": { type: "string", default: "7431" },
  "mqtt-port": { type: "string", default: "7432" },
} as const;

/** One machine carries server, broker and kiosks. */
const MOST_SIMULATED_KIOSKS = 2_000;

/** `npm start`. Resolves with the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true, allowPositionals: false });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    const data = values.data === undefined ? {} : { dataDir: values.data };
    const seed = whole("seed", values.seed, 2 ** 32 - 1);
    if (values.once) return await runShift({ ...data, keep: values.keep, json: values.json, seed, say });
    const site = {
      console: whole("site-port", values["site-port"], 65_535),
      devices: whole("device-port", values["device-port"], 65_535),
      mqtt: whole("mqtt-port", values["mqtt-port"], 65_535),
    };
    if (values.fleet !== undefined) {
      const kiosks = whole("fleet", values.fleet, MOST_SIMULATED_KIOSKS, 1);
      return await runFleetDemo({ ...data, kiosks, ports: site, seed, say });
    }
    const ports = {
      kiosk: whole("kiosk-port", values["kiosk-port"], 65_535),
      phone: whole("phone-port", values["phone-port"], 65_535),
      ...{ site: site.console, devices: site.devices, mqtt: site.mqtt },
    };
    return await runDemo({ ...data, ports, seed, say });
  } catch (error) {
    say(`\n${error instanceof Error ? error.message : String(error)} [${codeOf(error)}]`);
    return 1;
  }
}

function whole(name: string, value: string, most: number, least = 0): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isInteger(number) && number >= least && number <= most) return number;
  throw new RangeError(`--${name} takes a whole number from ${least} to ${most}, not "${value}"`);
}
