import { once } from "node:events";
import { parseArgs } from "node:util";
import { startAdvertisingFlood } from "@wardkey/virtual-radio";
import { newHolder, openTapRoom } from "./tap-room.js";

// A process for benchmarks, threats.md row 19: one simulated phone taps again and again while somebody fills the air with
// advertisements. Room, phone, kiosk and flood share this process, so that a tap takes longer here than at a kiosk alone.
// Each time counts from the moment that the phone may be heard to the template that it released.

const options = {
  taps: { type: "string", default: "100" },
  "per-second": { type: "string", default: "10000" },
} as const;
const { values } = parseArgs({ options, strict: true });
const taps = Number(values.taps);
const perSecond = Number(values["per-second"]);
const NEAR_WITHIN_MS = 20_000;
const never = new AbortController().signal;

const anna = newHolder("anna");
const { join, phone, presence, radio, runner, seen, close } = await openTapRoom([anna]);
const flood = startAdvertisingFlood(join("mallory", { position: { x: 1, y: 1 } }), { perSecond, seed: 3 });
let heard = 0;
radio.onAdvert(() => {
  heard += 1;
});
const startedAt = performance.now();
const { bleno } = await phone(anna, { position: { x: 1, y: 0 } });
await seen(({ type }) => type === "near", NEAR_WITHIN_MS);

const tookMs: number[] = [];
let failures = 0;
for (let tap = 0; tap < taps; tap += 1) {
  const left = once(bleno, "disconnect");
  const at = performance.now();
  while (presence.sighting({ id: "anna" }) === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  const tapped = await runner.tap({ id: "anna" }, never);
  if (tapped.ok) {
    tookMs.push(performance.now() - at);
    await tapped.session.decide("not-matched");
    await left;
  } else failures += 1;
}
flood.stop();
const seconds = (performance.now() - startedAt) / 1_000;
const heardPerSecond = Math.round(heard / seconds);
process.stdout.write(`${JSON.stringify({ taps, failures, perSecond, heardPerSecond, tookMs })}\n`);
await close();
process.exit(0);
