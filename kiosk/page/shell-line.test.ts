import type { ScreenView } from "@wardkey/protocol/screen";
import { expect, it } from "vitest";
import { postureOf } from "./shell-line.js";
import { sessionOf } from "./testing/kiosk-bench.js";
import { BASE, NOW, NUDGE } from "./testing/views.js";

const open: ScreenView = { ...BASE, profile: "production", session: sessionOf("unlocked") };
const posture = (view: ScreenView) => postureOf(view, NOW);

it("grows the bar by one row for a nudge or a lesson's offer, and covers the desktop for a lesson that was asked for alone", () => {
  expect(posture(open)).toMatchObject({ posture: "bar", height: 80 });
  expect(posture({ ...open, nudge: NUDGE })).toMatchObject({ posture: "bar", height: 190 });
  const offered = { ...open, lesson: { lesson: "usb", step: "offered" as const } };
  expect(posture(offered)).toMatchObject({ posture: "bar", height: 144 });
  expect(posture({ ...offered, nudge: NUDGE })).toMatchObject({ posture: "bar", height: 190 });
  expect(posture({ ...open, lesson: { lesson: "usb", step: "open" } })).toMatchObject({ posture: "cover" });
});
