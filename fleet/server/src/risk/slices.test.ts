import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RiskQuestions } from "./app/questions.js";
import { inSlices } from "./app/slices.js";
import type { Asset, Link } from "./domain/asset.js";
import { mitigationsOf, ranking } from "./domain/mitigations.js";
import { deviceAsset, RiskPicture } from "./domain/risk-picture.js";
import type { SeenEvent } from "./domain/seen-event.js";
import { finish, inSteps } from "./domain/steps.js";
import { RiskRoom } from "./testing/risk-room.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const COUNT = 600;
const names = Array.from({ length: COUNT }, (_, index) => `bed-${index}`);
const asset = (id: string, index: number): Asset => ({
  ...{ id: deviceAsset(id), kind: "device", name: id, zone: null },
  ...{ impact: (index % 7) / 10, exposure: (index % 5) / 100 },
});
const assets = new Map(names.map((id, index) => [deviceAsset(id), asset(id, index)]));
const link = (from: number, to: number): Link => ({
  ...{ from: deviceAsset(`bed-${from % COUNT}`), to: deviceAsset(`bed-${to % COUNT}`), relation: "sends-to" },
});
const links = names.flatMap((_, index) => [1, 7, 31].map((far) => link(index, index * far + far)));
const weak = (index: number) => [{ cve: `CVE-2026-${index % 40}`, cvss: 8, epss: (index % 10) / 10 }];
const vulnerabilities = new Map(names.map((id, index) => [deviceAsset(id), weak(index)]));
const injected = (source: string): SeenEvent => ({
  ...{ source, kind: "camera.lost", at: NOW, body: { reason: "camera-injected" } },
});

const emptyPicture = (): RiskPicture => new RiskPicture({ newId: randomUUID, wardOf: () => null });
/** Passes by so much whenever somebody looks at it. */
function clockOf(ms: number): () => number {
  let at = 0;
  return () => {
    at += ms;
    return at;
  };
}
/** The fleet server, two wards and somebody who works there. */
const OTHERS = 4;
const risksOf = ({ model }: Pick<RiskPicture, "model">) => [...model.assets.keys()].map((id) => model.riskOf(id));

describe("a computation in slices", () => {
  it("rests whenever its time is over, and does every step once", async () => {
    const done: number[] = [];
    let rests = 0;
    const rest = async (): Promise<void> => {
      rests += 1;
    };
    const items = Array.from({ length: 256 * 6 }, (_, index) => index);
    const steps = inSteps(items, (item) => done.push(item));
    await inSlices(steps, { monotonic: clockOf(5), rest });
    expect([done, rests]).toEqual([items, 3]);
  });

  it("ends at its next rest when it is called off", async () => {
    const done: number[] = [];
    const steps = inSteps(names, () => done.push(1));
    const slicing = { monotonic: clockOf(10), rest: async () => undefined };
    expect(await inSlices(steps, slicing, () => true)).toBeNull();
    expect(done).toHaveLength(256);
  });
});

describe("a site that is drawn step by step", () => {
  it("is what it is when drawn at once, with what was noticed and what ended meanwhile", () => {
    const [atOnce, stepwise] = [emptyPicture(), emptyPicture()];
    for (const picture of [atOnce, stepwise]) {
      picture.redraw({ assets, links: [], vulnerabilities }, NOW);
      picture.see(injected("bed-3"), NOW);
      picture.see(injected("bed-4"), NOW);
      picture.settle(NOW);
    }
    const before = risksOf(stepwise);
    const end = (picture: RiskPicture): void => {
      const [first] = picture.detections.active();
      picture.dismiss(first?.id ?? "", { by: "olga", at: NOW, reason: "test" });
    };
    const steps = stepwise.drawing({ assets, links, vulnerabilities }, NOW);
    let count = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      count += 1;
      if (count === 4) stepwise.see(injected("bed-5"), NOW);
      if (count === 6) end(stepwise);
      if (step.done === true) {
        // Whoever reads meanwhile reads the picture as it was.
        expect(risksOf(stepwise)).toEqual(before);
        stepwise.take(step.value);
        break;
      }
    }
    expect(count).toBeGreaterThan(10);
    end(atOnce);
    atOnce.see(injected("bed-5"), NOW);
    atOnce.redraw({ assets, links, vulnerabilities }, NOW);
    const said = [atOnce, stepwise].map((picture) =>
      [...picture.settle(NOW).stated].sort((a, b) => (a.device < b.device ? -1 : 1)),
    );
    expect(said[1]).toEqual(said[0]);
    expect(said[1]?.find(({ device }) => device === "bed-3")?.level).toBe("normal");
    expect(risksOf(stepwise)).toEqual(risksOf(atOnce));
  });
});

describe("mitigations that are ranked step by step", () => {
  it("are those of the model as it was at the first, and touch nothing of it", () => {
    const picture = emptyPicture();
    picture.redraw({ assets, links, vulnerabilities }, NOW);
    picture.settle(NOW);
    const [total, expected, before] = [picture.model.total(), mitigationsOf(picture.model), risksOf(picture)];
    expect(risksOf(picture)).toEqual(before);
    const steps = ranking(picture.model);
    let count = 0;
    for (let step = steps.next(); ; step = steps.next()) {
      count += 1;
      if (step.done !== true) {
        if (count === 3) picture.see(injected("bed-9"), NOW);
        if (count % 5 === 0) picture.settle(NOW);
        continue;
      }
      expect(step.value).toEqual({ total, mitigations: expected });
      break;
    }
    expect([expected.length > 10, count > expected.length]).toEqual([true, true]);
    expect(picture.model.total()).toBeGreaterThan(total);
    expect(finish(ranking(picture.model)).total).toBe(picture.model.total());
  });
});

describe("a large site", () => {
  let room: RiskRoom;
  beforeEach(async () => {
    room = await RiskRoom.make();
  });
  afterEach(() => room.remove());
  const kiosks = (count: number) =>
    names.slice(0, count).map((id) => ({ id, name: id, ward: "Lab", kind: "kiosk" as const, serves: true }));
  const shown = async (): Promise<number> => (await room.get<{ assets: number }>("/v1/risk/summary")).assets;

  it("answers while it is drawn anew, by the picture that was, and by the new one afterwards", async () => {
    const before = await shown();
    room.devices = kiosks(COUNT);
    const [rests, order] = [room.rests, [] as string[]];
    const drawn = room.risk.redraw().then(() => order.push("drawn"));
    const asked = shown().then((count) => order.push(`shown ${count === before}`));
    await Promise.all([drawn, asked]);
    expect(order).toEqual(["shown true", "drawn"]);
    expect(room.rests - rests).toBeGreaterThan(10);
    expect(await shown()).toBe(COUNT + OTHERS);
  });

  it("is drawn once for who asks first and who asks while it is drawn, and as the last of them knows it", async () => {
    const { revision } = room.risk;
    room.devices = kiosks(COUNT);
    const first = room.risk.redraw();
    const rests = room.rests;
    while (room.rests < rests + 3) await new Promise((resolve) => setImmediate(resolve));
    room.devices = kiosks(500);
    await Promise.all([first, room.risk.redraw()]);
    expect([room.risk.revision - revision, await shown()]).toEqual([1, 500 + OTHERS]);
  });

  it("is ranked once for all who ask at a time, and anew for who asks of a newer picture", async () => {
    room.devices = kiosks(COUNT);
    await room.risk.redraw();
    const questions = new RiskQuestions(room.risk, room.slicing);
    const older = [questions.mitigations(), questions.mitigations()];
    await room.tell("bed-7", ["camera.lost", { reason: "camera-injected" }]);
    const newer = questions.mitigations();
    const [one, same] = await Promise.all(older);
    expect(same).toBe(one);
    const after = await newer;
    expect(after.total).toBe(room.risk.picture.model.total());
    expect(after.total).toBeGreaterThan(one?.total ?? Number.POSITIVE_INFINITY);
    expect(await questions.mitigations()).toBe(after);
  });
});
