import { beforeEach, describe, expect, it } from "vitest";
import type { Asset, Link } from "./asset.js";
import { deviceAsset, RiskPicture } from "./risk-picture.js";
import { FLEET_SOURCE, type SeenEvent } from "./seen-event.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const WARD = "zone:3B";
const WARDS: Readonly<Record<string, string>> = { "bed-7": "3B", "bed-8": "3B" };
let now: number;
let picture: RiskPicture;

const event = (kind: string, body: SeenEvent["body"], at = now, source = "bed-7"): SeenEvent => ({
  ...{ source, kind, at, body },
});
const unlocked = (staffId: string, source: string, at: number): SeenEvent =>
  event("session.unlocked", { staffId, session: "s" }, at, source);

/** A ward with two kiosks and so many people. */
function drawWard(people: number): void {
  const ids = Array.from({ length: people }, (_, index) => `person:p-${index}`);
  const assets: Asset[] = [
    ...["bed-7", "bed-8"].map(
      (id): Asset => ({ id: deviceAsset(id), kind: "device", name: id, zone: "3B", impact: 0.4, exposure: 0.02 }),
    ),
    { id: WARD, kind: "zone", name: "3B", zone: null, impact: 0, exposure: 0 },
    ...ids.map((id): Asset => ({ id, kind: "person", name: id, zone: "3B", impact: 0.1, exposure: 0 })),
  ];
  const links = ids.map((from): Link => ({ from, to: WARD, relation: "works-in" }));
  picture.redraw({ assets: new Map(assets.map((each) => [each.id, each])), links }, now);
  picture.settle(now);
}

beforeEach(() => {
  now = NOW;
  picture = new RiskPicture({ newId: () => "one", wardOf: (id) => WARDS[id] ?? null });
  drawWard(10);
});

describe("behaviour", () => {
  it("is a layer over the assets: a way in that grows with how often it is seen, and fades", () => {
    const before = picture.model.riskOf("device:bed-7")?.likelihood ?? 0;
    for (let index = 0; index < 30; index += 1) {
      picture.see(event("session.locked", { reason: "idle", session: null }, now - (30 - index) * MINUTE), now);
    }
    picture.drawBehaviours(now);
    picture.settle(now);
    expect(picture.model.pathThrough("device:bed-7")?.steps).toEqual([
      "behaviour:unlocked-screen@device:bed-7",
      "device:bed-7",
    ]);
    expect(picture.model.riskOf("device:bed-7")?.likelihood ?? 0).toBeGreaterThan(before);
    now += 60 * DAY;
    picture.drawBehaviours(now);
    picture.settle(now);
    expect(picture.model.riskOf("device:bed-7")?.likelihood).toBe(before);
  });

  it("of a badge in another hand is one that the fleet infers", () => {
    const body = { behaviour: "shared-badge", kiosk: "bed-8", other: "bed-7" };
    for (const _ of [1, 2, 3]) picture.see(event("behaviour.inferred", body, now, FLEET_SOURCE), now);
    expect(picture.behaviours.now(now)).toMatchObject([{ name: "shared-login", at: "device:bed-8" }]);
  });
});

describe("odd hours", () => {
  /** Anna comes by day, Ben around the clock; both come thrice at night. */
  function live(): void {
    const from = now - 80 * DAY;
    for (let index = 0; index < 80; index += 1) {
      picture.see(unlocked("anna", "bed-7", from + index * DAY), now);
      picture.see(unlocked("ben", "bed-8", from + index * DAY + (index % 3) * 8 * 60 * MINUTE), now);
    }
    for (let night = 0; night < 3; night += 1) {
      picture.see(unlocked("anna", "bed-7", now - 10 * 60 * MINUTE + night * MINUTE), now);
      picture.see(unlocked("ben", "bed-8", now - 16 * 60 * MINUTE + night * MINUTE), now);
    }
  }

  it("are odd for a person alone, and kept of their ward alone", () => {
    live();
    expect(picture.behaviours.now(now)).toMatchObject([
      { name: "odd-hours", at: WARD, rate: expect.closeTo(3 * 2 ** (-10 / 24 / 7), 1) },
    ]);
    expect(JSON.stringify(picture.behaviours.takeTouched())).not.toMatch(/anna|ben/);
    picture.drawBehaviours(now);
    expect([...picture.model.assets.keys()].filter((id) => id.startsWith("behaviour:"))).toEqual([
      `behaviour:odd-hours@${WARD}`,
    ]);
  });

  it("are shown of no ward in which fewer than ten people work", () => {
    live();
    const shown = (people: number) => {
      drawWard(people);
      picture.drawBehaviours(now);
      picture.settle(now);
      return [picture.model.assets.has(`behaviour:odd-hours@${WARD}`), picture.behavioursAt(WARD, now).length];
    };
    expect([shown(10), shown(9), shown(10)]).toEqual([
      [true, 1],
      [false, 0],
      [true, 1],
    ]);
  });
});
