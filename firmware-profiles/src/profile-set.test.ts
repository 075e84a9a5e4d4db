import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bundledProfiles, Profile, ProfileBundle, type UsbDevice } from "./index.js";

const set = await bundledProfiles();

const device = (more: Partial<UsbDevice>): UsbDevice => ({
  vendor: 0x16c0,
  product: 0x05df,
  name: "USBRelay2",
  interface: 0,
  usage: { page: 0xff00, id: 1 },
  ...more,
});
const KEYBOARD = { page: 1, id: 6 };

describe("a device at the USB port", () => {
  it("is used by the profile that names it most closely", () => {
    expect(set.judge(device({}))).toMatchObject({ use: { id: "dcttech-usbrelay-2" } });
    expect(set.judge(device({ name: "USBRelay8" }))).toMatchObject({ use: { id: "dcttech-usbrelay-8" } });
  });

  it.each<[string, Partial<UsbDevice>, string, string | null]>([
    ["with numbers that nobody knows", { vendor: 0x1234, product: 0x5678 }, "device-unknown", null],
    ["of the numbers of a relay board, but with another name", { name: "Joystick" }, "device-unknown", null],
    ["that is a keyboard", { vendor: 0x046d, product: 0xc31c, usage: KEYBOARD }, "keyboard", null],
    ["that is a relay board and a keyboard too", { usage: KEYBOARD }, "keyboard", "dcttech-usbrelay-2"],
    ["that is a known wedge", { vendor: 0x08ff, product: 9, usage: KEYBOARD }, "keyboard-wedge", "keyboard-wedges"],
    [
      "that is a known wedge and hides its usage",
      { vendor: 0x08ff, product: 9, usage: null },
      "keyboard-wedge",
      "keyboard-wedges",
    ],
    [
      "that types where a reader of its numbers does not",
      { vendor: 0xffff, product: 0x35, usage: KEYBOARD },
      "keyboard-wedge",
      "keyboard-wedges",
    ],
    ["that speaks CCID", { vendor: 0x072f, product: 0x2200, usage: null }, "transport-unserved", "acs-acr122u"],
    ["that is a camera", { vendor: 0x046d, product: 0x082d, usage: null }, "device-unknown", "logitech-c920"],
  ])("%s is refused", (_what, more, refused, profile) => {
    expect(set.judge(device(more))).toEqual({ refused, profile });
  });

  it("that shows itself as a keyboard is used only by a profile that proves its silence", () => {
    const usable = set.profiles.filter(({ usb: [usb] }) => {
      const numbers = {
        vendor: Number.parseInt(usb?.vendor ?? "", 16),
        product: Number.parseInt(usb?.product ?? "", 16),
      };
      return "use" in set.judge({ ...numbers, name: usb?.named ?? null, interface: 0, usage: KEYBOARD });
    });
    expect(usable.map(({ id }) => id)).toEqual(["rf-ideas-pcprox-125"]);
  });
});

describe("what the fleet pushes", () => {
  const known = set.profiles.find(({ id }) => id === "phidget-rfid-1023");
  if (known?.kind !== "badge-reader") throw new Error("the Phidget's profile is gone");
  const phidget = device({ vendor: 0x06c2, product: 0x0031, name: "PhidgetRFID" });

  it("takes the place of what came with the version, and takes away", () => {
    const slower = { ...known, name: "Ours" };
    expect(set.with({ profiles: [slower], retired: [] }).judge(phidget)).toEqual({ use: slower });
    expect(set.with({ profiles: [], retired: [known.id] }).judge(phidget)).toEqual({
      refused: "device-unknown",
      profile: null,
    });
    expect(set.with({ profiles: [slower], retired: [known.id] }).judge(phidget)).toMatchObject({
      refused: "device-unknown",
    });
  });

  it("cannot let a keyboard in without a proof of its silence", () => {
    const greedy = { ...known, usb: [{ vendor: "046d", product: "c31c" }] };
    const keyboard = device({ vendor: 0x046d, product: 0xc31c, usage: KEYBOARD });
    expect(set.with({ profiles: [greedy], retired: [] }).judge(keyboard)).toEqual({
      refused: "keyboard",
      profile: known.id,
    });
  });

  it.each<[string, (profile: Record<string, unknown>) => void]>([
    ["a word that the schema has not", (profile) => Object.assign(profile, { script: "rm" })],
    ["a poll that never rests", (profile) => Object.assign(profile, { read: { by: "asking", everyMs: 1, steps: [] } })],
    [
      "a report of a megabyte",
      (profile) =>
        Object.assign(profile, {
          open: { steps: [{ send: "output", bytes: "00".repeat(1_000_000) }], required: [], otherwise: "reader-types" },
        }),
    ],
    ["another version of the schema", (profile) => Object.assign(profile, { schema: 2 })],
  ])("is refused with %s", (_what, spoil) => {
    const profile: Record<string, unknown> = structuredClone(known);
    spoil(profile);
    expect(Profile.safeParse(profile).success).toBe(false);
    expect(ProfileBundle.safeParse({ v: 1, version: 1, profiles: [profile], retired: [] }).success).toBe(false);
  });
});

it("keeps each profile in a file of its name", () => {
  const folder = new URL("../profiles/", import.meta.url);
  for (const { id } of set.profiles) {
    expect(JSON.parse(readFileSync(new URL(`${id}.json`, folder), "utf8"))).toMatchObject({ id });
  }
});
