import type { ScreenView } from "@wardkey/protocol/screen";
import type { Language } from "@wardkey/ui";
import type { Page } from "playwright-core";
import { CATALOGUES } from "../words.js";
import { ACCOUNT, BASE, ENROLMENTS, GLASS, NOW, NUDGE, SESSIONS } from "./views.js";

export interface KioskPicture {
  readonly name: string;
  readonly view: Partial<ScreenView>;
  /** What somebody touches to get there. */
  readonly touches?: readonly (keyof typeof CATALOGUES.en)[];
}

const plain = { session: BASE.session, enrolment: null, ways: BASE.ways, now: NOW };
const BADGE: ScreenView["ways"] = { code: true, badge: "ready", phone: "none", asking: false, waitUntil: null };
const accounted = SESSIONS["locked-account"] ?? BASE.session;
const given = { state: "locked", why: "walked-away", at: NOW - 60_000, account: { ...ACCOUNT, feedback: "given" } };

/** Every screen that a kiosk can show, each by its name. */
export const EVERY_SCREEN: readonly KioskPicture[] = [
  ...Object.entries(SESSIONS).map(([name, session]) => ({ name, view: { ...plain, session } })),
  { name: "why", view: { ...plain, session: accounted }, touches: ["account.ask"] },
  { name: "why-given", view: { ...plain, session: given as ScreenView["session"] }, touches: ["account.ask"] },
  ...Object.entries(ENROLMENTS).map(([name, enrolment]) => ({ name: `enrol-${name}`, view: { ...plain, enrolment } })),
  { name: "enrol-form", view: plain, touches: ["enrol.open"] },
  { name: "enrol-form-pin", view: plain, touches: ["enrol.open", "enrol.pin.use"] },
  { name: "ways", view: { ...plain, ways: { ...BADGE, phone: "ready" } }, touches: ["ways.open"] },
  { name: "ways-badge", view: { ...plain, ways: BADGE }, touches: ["ways.open", "ways.badge"] },
  { name: "ways-code", view: plain, touches: ["ways.open"] },
  { name: "ways-phone", view: { ...plain, ways: { ...BADGE, phone: "ready" } }, touches: ["ways.open", "ways.phone"] },
  {
    name: "ways-phone-asking",
    view: { ...plain, ways: { ...BADGE, phone: "asking" } },
    touches: ["ways.open", "ways.phone"],
  },
  { name: "ways-phone-pin", view: { ...plain, ways: { ...BADGE, phone: "read", phoneName: "Maria Antonietta" } } },
  { name: "ways-pin", view: { ...plain, ways: { ...BADGE, badge: "read" } } },
  {
    name: "health-down",
    view: { ...plain, health: { phone: "down", camera: "degraded", fleet: "down", journal: "down" } },
  },
  // From here on an emergency is offered.
  { name: "glass", view: { ...plain, breakGlass: GLASS }, touches: ["glass.open"] },
  {
    name: "glass-code",
    view: { ...plain, breakGlass: GLASS },
    touches: ["glass.open", "glass.reason.patient-in-danger"],
  },
  {
    name: "glass-badges",
    view: { ...plain, breakGlass: { ...GLASS, badges: "first" } },
    touches: ["glass.open", "glass.reason.patient-in-danger"],
  },
  // And from here on a lesson waits, and at last a nudge is shown.
  {
    name: "lesson-line",
    view: { ...plain, session: SESSIONS["unlocked"] ?? BASE.session, lesson: { lesson: "usb", step: "offered" } },
  },
  {
    name: "lesson",
    view: { ...plain, session: SESSIONS["unlocked"] ?? BASE.session, lesson: { lesson: "usb", step: "open" } },
  },
  {
    name: "lesson-done",
    view: {
      ...plain,
      session: SESSIONS["unlocked"] ?? BASE.session,
      lesson: { lesson: "usb", step: "done", score: { correct: 2, of: 3, passed: true } },
    },
  },
  { name: "nudge", view: { ...plain, nudge: NUDGE } },
];

/** Shows a screen and waits for it; the page is opened anew where something has to be touched. */
export async function goTo(
  picture: KioskPicture,
  { page, language, show }: { page: Page; language: Language; show: (view: Partial<ScreenView>) => void },
): Promise<void> {
  const touches = picture.touches ?? [];
  if (touches.length > 0) {
    // What somebody opened closes when somebody is let in.
    show({ ...plain, session: { state: "unlocked", name: "Anna", since: NOW, until: null } });
    await page.waitForSelector('[data-state="unlocked"][data-ways="none"][data-enrolment="none"]');
  }
  const before = await page.evaluate(() => document.body.innerHTML);
  const view = { health: BASE.health, cues: { sound: "normal", light: false } as const, ...picture.view };
  show(view);
  await page.waitForSelector(`[data-state="${view.session?.state ?? BASE.session.state}"]`);
  await page.waitForFunction((was) => document.body.innerHTML !== was, before);
  for (const key of touches) await page.getByRole("button", { name: CATALOGUES[language][key] }).first().click();
}
