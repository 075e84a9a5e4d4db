import type { Visitor } from "@wardkey/fleet-server/testing/visitor";
import { percentile } from "../percentile.js";

const DAY_MS = 86_400_000;
/** Requests of one account are limited to 1,200 a minute. */
const PACE_MS = 55;

/** What the console's lists ask, each as a person would who filters, sorts and goes deep. */
export function listQueries(now: number, staffId: string): Readonly<Record<string, string>> {
  const week = `from=${now - 7 * DAY_MS}&to=${now}`;
  return {
    "devices, by name": "/v1/devices?sort=name&limit=50",
    "devices, last page": "/v1/devices?sort=name&limit=50&from=9950",
    "devices, by health": "/v1/devices?sort=health&limit=50",
    "devices, by last seen": "/v1/devices?sort=seen&order=down&limit=50",
    "devices, those with a finding": "/v1/devices?health=any&limit=50",
    "devices, found by name": "/v1/devices?search=Kiosk%20777&limit=50",
    "devices, of a ward": "/v1/devices?ward=Surgery%202&limit=50",
    "devices, counted by finding": "/v1/devices-health",
    "people, first page": "/v1/staff?limit=50",
    "people, found by name": "/v1/staff?search=family49&limit=50",
    "people, of a ward": "/v1/staff?ward=Surgery%202&limit=50",
    "people, by standing": "/v1/staff?standing=active&limit=50",
    "events, newest": "/v1/events?limit=50",
    "events, newest, counted": "/v1/events?limit=50&count=true",
    "events, refused taps": "/v1/events?kinds=tap.refused&limit=50&count=true",
    "events, a family of kinds": "/v1/events?kinds=session.*&limit=50&count=true",
    "events, a kind within a week": `/v1/events?kinds=tap.refused&${week}&limit=50`,
    "events, a kind that never was": "/v1/events?kinds=camera.lost,radio.lost&limit=50&count=true",
    "events, of a device": "/v1/events?source=kiosk-00777&limit=50&count=true",
    "events, of a person": `/v1/events?person=${staffId}&limit=50&count=true`,
    "events, of a person, by kind": `/v1/events?person=${staffId}&sort=kind&limit=50`,
    "events, of a week, oldest first": `/v1/events?${week}&order=up&limit=50`,
    "events, all by kind": "/v1/events?sort=kind&order=up&limit=50",
    "events, all by source": "/v1/events?sort=source&limit=50",
    "events, from the middle": `/v1/events?after=${now - 15 * DAY_MS}.500000&limit=50`,
    "log, newest": "/v1/audit/events?limit=50",
    "log, alarms": "/v1/audit/alarms",
    approvals: "/v1/approvals",
    "figures of a day": "/v1/figures?hours=24",
    "figures of four weeks": "/v1/figures?hours=672",
    wards: "/v1/wards",
    overview: "/v1/overview",
    "risk, summary": "/v1/risk/summary",
    "risk, assets": "/v1/risk/assets?limit=50",
    "risk, detections": "/v1/risk/detections?limit=50",
    "risk, attack paths": "/v1/risk/graph?limit=60",
    "risk, what helps most": "/v1/risk/mitigations",
    nudges: "/v1/nudges?days=28",
    "training, assignments": "/v1/training/assignments?limit=50",
    value: "/v1/value?days=28",
  };
}

export interface Timed {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

/** Each query so often, in turns, so that none has the server to itself. The first turn warms and is not counted. */
export async function timeQueries(
  visitor: Visitor,
  queries: Readonly<Record<string, string>>,
  turns: number,
): Promise<{ all: Timed; each: Readonly<Record<string, Timed>> }> {
  const times = new Map<string, number[]>(Object.keys(queries).map((name) => [name, []]));
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [name, path] of Object.entries(queries)) {
      const from = performance.now();
      const { status, code } = await visitor.call("GET", path);
      const took = performance.now() - from;
      if (status !== 200) throw new Error(`${name}: ${status} ${code}`);
      if (turn > 0) times.get(name)?.push(took);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }
  return {
    all: summary([...times.values()].flat()),
    each: Object.fromEntries([...times].map(([name, values]) => [name, summary(values)])),
  };
}

export const summary = (values: readonly number[]): Timed => ({
  p50: percentile(values, 50),
  p95: percentile(values, 95),
  max: percentile(values, 100),
});
