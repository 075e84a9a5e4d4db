import { randomUUID } from "node:crypto";
import { SimulatedKiosk, type SiteLine } from "../demo-fleet/simulated-kiosk.js";
import { enrolAll } from "../fleet-bench/enrol.js";
import type { FromServer } from "./messages.js";
import { summary, type Timed } from "./queries.js";

const ARRIVES_WITHIN_MS = 10_000;
const BETWEEN_MS = 150;
const DAY_MS = 86_400_000;

/**
 * From the moment a connected kiosk says what somebody did (they touched the veil away) until the nudge that answers it is
 * at that kiosk. Milliseconds, over the real broker with mutual TLS; each time another person, for nobody is nudged twice.
 */
export async function timeNudges(site: Extract<FromServer, { type: "kiosk" }>, turns: number): Promise<Timed> {
  const { devices } = await enrolAll([site.ticket], site.root);
  const [device] = devices;
  if (device === undefined) throw new Error("the benchmark's kiosk was not enrolled");
  const line: SiteLine = { url: site.mqttUrl, ca: site.root, site: site.site };
  const kiosk = new SimulatedKiosk(device, line, Date.now() + DAY_MS);
  await kiosk.connect();
  const times: number[] = [];
  try {
    for (let turn = 0; turn <= turns; turn += 1) {
      const arrived = new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error("no nudge came")), ARRIVES_WITHIN_MS);
        kiosk.onNudge = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      const [session, staffId, at] = [randomUUID(), `nobody-${turn}`, Date.now()];
      const from = performance.now();
      void kiosk.journal([
        { at, kind: "session.unlocked", body: { session, staffId } },
        { at, kind: "session.kept", body: { session, staffId, reason: "stay" } },
      ]);
      await arrived;
      if (turn > 0) times.push(performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, BETWEEN_MS));
    }
  } finally {
    await kiosk.stop();
  }
  return summary(times);
}
