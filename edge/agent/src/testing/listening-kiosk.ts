import { createHash } from "node:crypto";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import { identifierWindow, rotatingIdentifier } from "@wardkey/protocol/credential";
import { encodeHolderTable, HolderTable } from "@wardkey/protocol/fleet";
import { createHolderDirectory, createPresence } from "../presence/index.js";
import { createCentralRadio } from "../radio/index.js";
import { openAdapter } from "../real-adapter.js";
import { systemClock } from "../time.js";

// A process for benchmarks: the radio and the presence of a kiosk, and nothing else of it. It knows `--holders` simulated
// people, whose keys follow from their number. For each line that it reads it says what it has heard so far.

const options = {
  socket: { type: "string" },
  name: { type: "string", default: "kiosk" },
  site: { type: "string" },
  holders: { type: "string", default: "0" },
} as const;
const { values } = parseArgs({ options, strict: true });
const { socket = "", name, site = "" } = values;
const WINDOWS = 4;

const firstWindow = identifierWindow(systemClock.now()) - 1;
const holders = Array.from({ length: Number(values.holders) }, (_, index) => {
  const eidKey = createHash("sha256").update(`simulated-holder-${index}`).digest();
  const prefixes = Array.from({ length: WINDOWS }, (__, offset) =>
    rotatingIdentifier({ eidKey, site, window: firstWindow + offset }).subarray(0, 8),
  );
  const templateKeys = [{ epoch: 1, key: eidKey }];
  return { staffId: `simulated-${index}`, epoch: 1, templateKeys, prefixes: Buffer.concat(prefixes) };
});

const directory = createHolderDirectory({ clock: systemClock });
directory.replace(HolderTable.parse(encodeHolderTable({ firstWindow, windows: WINDOWS, holders })));
const radio = createCentralRadio({
  adapter: await openAdapter({ kind: "virtual", socketPath: socket, name }),
  clock: systemClock,
});
const presence = createPresence({ radio, directory, clock: systemClock });
let heard = 0;
const seen = new Set<string>();
radio.onAdvert(() => {
  heard += 1;
});
presence.on((event) => {
  if ("holder" in event) seen.add(event.holder.id);
});
await presence.start();
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
for await (const _ of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify({ heard, holdersSeen: seen.size, near: presence.near().length })}\n`);
}
await presence.stop();
process.exit(0);
