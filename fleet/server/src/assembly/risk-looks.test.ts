import { expect, it } from "vitest";
import { createLooks, type LookedAt } from "./risk-looks.js";

const NOW = Date.UTC(2026, 10, 23, 9);
const MINUTE = 60_000;

type Looked = Awaited<ReturnType<LookedAt["page"]>>["entries"][number];
const kiosk = (index: number, online: boolean, code: "policy-lag" | "clock-off"): Looked => ({
  device: { id: `kiosk-${String(index).padStart(5, "0")}` },
  health: [{ code, severity: code === "clock-off" ? "critical" : "warning" }],
  shadow: { online, desiredAt: NOW - 40 * MINUTE, reported: { clockOffsetMs: 90 * MINUTE } },
});
/** As the devices' own list does: those with the finding, in order, by page. */
const listing = (kiosks: readonly Looked[]): LookedAt => ({
  page: async ({ health, from, limit }) => ({
    entries: kiosks.filter((each) => each.health.some(({ code }) => code === health)).slice(from, from + limit),
  }),
});
const noticed = async (kiosks: readonly Looked[]) =>
  (await createLooks(() => NOW, listing(kiosks))()).map(({ detector, device, facts }) => [detector, device, facts]);

it("notices who is there behind any number of kiosks that are switched off", async () => {
  const away = (code: "policy-lag" | "clock-off") =>
    Array.from({ length: 12_000 }, (_, each) => kiosk(each, false, code));
  const kiosks = [
    ...[...away("policy-lag"), kiosk(90_001, true, "policy-lag")],
    ...[...away("clock-off"), kiosk(90_002, true, "clock-off")],
  ];
  expect(await noticed(kiosks)).toEqual([
    ["policy-lag", "kiosk-90001", { code: "policy-lag", minutes: 40 }],
    ["clock-tampering", "kiosk-90002", { code: "clock-off", minutes: 90 }],
  ]);
});

it("notices no more than it can bear, and looks again minutes later alone", async () => {
  let now = NOW;
  const looks = createLooks(
    () => now,
    listing(Array.from({ length: 7_000 }, (_, each) => kiosk(each, true, "policy-lag"))),
  );
  expect((await looks()).length).toBe(2_000);
  now += 4 * MINUTE;
  expect(await looks()).toEqual([]);
  now += MINUTE;
  expect((await looks()).length).toBe(2_000);
});

it("passes over who was told of a policy just now, and clocks that are off by little", async () => {
  const fresh = kiosk(1, true, "policy-lag");
  const off = kiosk(2, true, "clock-off");
  expect(
    await noticed([
      { ...fresh, shadow: { ...fresh.shadow, desiredAt: NOW - 20 * MINUTE } },
      { ...off, health: [{ code: "clock-off", severity: "warning" }] },
    ]),
  ).toEqual([]);
});
