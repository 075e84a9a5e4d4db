import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { bundledProfiles, Profile } from "@wardkey/firmware-profiles";
import { afterEach, beforeEach, expect, it } from "vitest";
import { systemClock, systemTimers } from "../time.js";
import { Peripherals } from "./peripherals.js";
import { createSerialBus, severalBuses } from "./serial-bus.js";

/** A simulated TWN4 at a pseudo-terminal: it echoes nothing, answers SearchTag, and now and then says nonsense. */
const TWN4 = `
import os, pty, sys
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
tags, heard = iter([b"0000\\r", b"zz\\r0000\\r", b"000180200404A1B2C3\\r"]), b""
last = b"0000\\r"
while True:
    heard += os.read(master, 64)
    while b"\\r" in heard:
        line, heard = heard.split(b"\\r", 1)
        if line == b"050010":
            last = next(tags, last)
            os.write(master, last)
`;

/** A simulated TWN4 whose own firmware has checked a key: it speaks by itself, and is not asked. */
const CHECKS_A_KEY = `
import os, pty, time
master, slave = pty.openpty()
print(os.ttyname(slave), flush=True)
while True:
    time.sleep(0.5)
    os.write(master, b"D5F1080011223344556677" + b"08\\r\\n")
`;

let folder: string;
let reader: ChildProcess;
let port: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "wardkey-serial-"));
});
afterEach(async () => {
  reader.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

async function plugIn(program: string): Promise<void> {
  reader = spawn("python3", ["-c", program], { stdio: ["ignore", "pipe", "inherit"] });
  port = await new Promise((resolve) => reader.stdout?.once("data", (text) => resolve(String(text).trim())));
  // As Linux shows a USB serial port: the interface is a folder in that of the device.
  const usb = join(folder, "usb", "1-2");
  await mkdir(join(usb, "1-2:1.0"), { recursive: true });
  for (const [file, text] of [
    ["idVendor", "09d8"],
    ["idProduct", "0420"],
    ["product", "TWN4/B1.06"],
  ] as const) {
    await writeFile(join(usb, file), `${text}\n`);
  }
  await mkdir(join(folder, "sys", "ttyACM0"), { recursive: true });
  await symlink(join(usb, "1-2:1.0"), join(folder, "sys", "ttyACM0", "device"));
  await mkdir(join(folder, "sys", "ttyS0"));
  await mkdir(join(folder, "dev"));
  await symlink(port, join(folder, "dev", "ttyACM0"));
}

it("reads a badge from a TWN4 at a real terminal, and lets go of it when it is gone", async () => {
  await plugIn(TWN4);
  const serial = createSerialBus({ sys: join(folder, "sys"), dev: join(folder, "dev") });
  expect(await serial.devices()).toMatchObject([
    { vendor: 0x09d8, product: 0x0420, name: "TWN4/B1.06", transport: "usb-serial" },
  ]);
  const events: unknown[] = [];
  const peripherals = new Peripherals({
    ...{ bus: severalBuses([serial]), profiles: await bundledProfiles(), clock: systemClock, timers: systemTimers },
    log: () => {},
  });
  peripherals.badges.on((event) => events.push(event));
  peripherals.start();
  try {
    const read = { type: "read", badge: { kind: "uid-only", uid: "04a1b2c3" } };
    await expect.poll(() => events, { timeout: 20_000 }).toEqual([{ type: "attached" }, read]);
    expect(peripherals.seen()).toMatchObject([{ profile: "elatec-twn4-simple", refused: null }]);
    reader.kill("SIGKILL");
    await expect.poll(() => events.at(-1), { timeout: 20_000 }).toEqual({ type: "detached" });
  } finally {
    await peripherals.stop();
  }
}, 60_000);

it("reads a badge by the documented profile of a reader that checks a key", async () => {
  await plugIn(CHECKS_A_KEY);
  const text = await readFile(new URL("../../../../docs/hardware.md", import.meta.url), "utf8");
  const profile = Profile.parse(
    JSON.parse(/an example to copy\n[\s\S]*?```json\n([^`]*)```/.exec(text)?.[1] ?? "null"),
  );
  const events: unknown[] = [];
  const peripherals = new Peripherals({
    bus: createSerialBus({ sys: join(folder, "sys"), dev: join(folder, "dev") }),
    profiles: (await bundledProfiles()).with({ profiles: [profile], retired: [] }),
    clock: systemClock,
    timers: systemTimers,
    log: () => {},
  });
  peripherals.badges.on((event) => events.push(event));
  peripherals.start();
  try {
    const read = { type: "read", badge: { kind: "desfire", uid: "0011223344556677" } };
    await expect.poll(() => events, { timeout: 20_000 }).toEqual([{ type: "attached" }, read]);
  } finally {
    await peripherals.stop();
  }
}, 60_000);

it("shows no port where there is none, and opens nothing that it did not list", async () => {
  await plugIn(TWN4);
  const none = severalBuses([createSerialBus({ sys: join(folder, basename(dirname(folder))) })]);
  expect(await none.devices()).toEqual([]);
  await expect(none.open(port)).rejects.toThrow();
});
