import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AdapterList } from "../radio/index.js";
import { datedCredentials } from "../testing/dated-credentials.js";
import { type Check, type CheckId, type DoctorInput, runDoctor } from "./index.js";
import { thisMachine } from "./machine.js";
import { textOf } from "./report.js";

const NOW = Date.UTC(2026, 3, 1);
const DAY = 86_400_000;
const ON: AdapterList = { ok: true, devices: [{ device: 0, up: true }] };

let root = "";
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "wardkey-doctor-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Puts files into a made-up machine. */
async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

async function look(input: Partial<DoctorInput> = {}): Promise<Record<CheckId, Check>> {
  const report = await runDoctor({
    configFile: null,
    now: () => NOW,
    machine: thisMachine(root),
    adapters: () => ON,
    searchPath: "/usr/bin",
    ...input,
  });
  return Object.fromEntries(report.checks.map((check) => [check.id, check])) as Record<CheckId, Check>;
}

async function configured(change: object = {}): Promise<string> {
  const file = join(root, "agent.json");
  const config = {
    dataDir: "/var/lib/wardkey",
    kiosk: { id: "bed-7", name: "Bed 7", ward: "3 East" },
    profile: "production",
    site: { ticketFile: "/etc/wardkey/ticket.json" },
    radio: { kind: "bluetooth" },
    camera: { kind: "device", path: "/dev/video0" },
    allowedCameras: ["HD Pro Webcam C920"],
    pageDir: "/usr/share/wardkey",
    modelsDir: "/usr/share/wardkey/models",
    ...change,
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

describe("wardkey doctor on an adapter", () => {
  it.each<[string, Record<string, string>, AdapterList, Partial<Check>]>([
    ["that is on", {}, ON, { status: "ok", code: "ok" }],
    ["that is not there", {}, { ok: true, devices: [] }, { status: "wrong", code: "adapter-missing" }],
    [
      "that is off",
      {},
      { ok: true, devices: [{ device: 1, up: false }] },
      { status: "wrong", code: "adapter-off", mend: expect.stringContaining("btmgmt --index 1 power on") },
    ],
    [
      "on a system without Bluetooth",
      {},
      { ok: false, code: "bluetooth-unsupported" },
      { status: "wrong", code: "bluetooth-unsupported" },
    ],
    [
      "that is blocked",
      { "/sys/class/rfkill/rfkill0/type": "bluetooth\n", "/sys/class/rfkill/rfkill0/soft": "1\n" },
      ON,
      { status: "wrong", code: "adapter-blocked" },
    ],
    [
      "that a switch turns off",
      { "/sys/class/rfkill/rfkill0/type": "bluetooth\n", "/sys/class/rfkill/rfkill0/hard": "1\n" },
      ON,
      { status: "wrong", code: "adapter-blocked-by-switch" },
    ],
    [
      "while only wireless LAN is blocked",
      { "/sys/class/rfkill/rfkill0/type": "wlan\n", "/sys/class/rfkill/rfkill0/soft": "1\n" },
      ON,
      { status: "ok" },
    ],
    ["that bluetoothd uses too", { "/proc/9/comm": "bluetoothd\n" }, ON, { status: "warning", code: "adapter-shared" }],
  ])("%s", async (_, files, adapters, expected) => {
    await put(files);
    expect((await look({ adapters: () => adapters }))["bluetooth-adapter"]).toMatchObject(expected);
  });

  it("names an adapter that a profile describes, with what is known of it", async () => {
    await put({
      "/sys/bus/usb/1-1/idVendor": "0a12\n",
      "/sys/bus/usb/1-1/idProduct": "0001\n",
      "/sys/bus/usb/1-1/1-1:1.0/x": "",
    });
    await mkdir(join(root, "/sys/class/bluetooth/hci0"), { recursive: true });
    await symlink(join(root, "/sys/bus/usb/1-1/1-1:1.0"), join(root, "/sys/class/bluetooth/hci0/device"));
    const { says } = (await look())["bluetooth-adapter"];
    expect(says).toContain("CSR8510 A10");
    expect(says).toContain("clones that lose connections");
  });

  it("looks for the adapter that the configuration names", async () => {
    const configFile = await configured({ radio: { kind: "bluetooth", adapter: "hci3" } });
    expect((await look({ configFile }))["bluetooth-adapter"]).toMatchObject({
      code: "adapter-missing",
      says: "There is no hci3.",
    });
  });

  const status = (mask: string): string => `Name:\tnode\nCapEff:\t${mask}\n`;
  it.each<[string, Record<string, string>, Partial<Check>]>([
    [
      "of the agent that runs",
      {
        "/proc/40/cmdline": "/usr/bin/node\0/usr/lib/edge/agent/dist/main.js\0--config\0/etc/a.json\0",
        "/proc/40/status": status("0000000000002000"),
      },
      { status: "ok", says: expect.stringContaining("process 40") },
    ],
    [
      "that the agent that runs lacks",
      {
        "/proc/40/cmdline": "/usr/bin/node\0/usr/lib/edge/agent/dist/main.js\0",
        "/proc/40/status": status("0000000000001000"),
        "/proc/self/status": status("000001ffffffffff"),
      },
      { status: "wrong", code: "adapter-forbidden", mend: expect.stringContaining("AmbientCapabilities=CAP_NET_RAW") },
    ],
    ["of this process", { "/proc/self/status": status("000001ffffffffff") }, { status: "ok" }],
    [
      "that nobody can tell of",
      { "/proc/self/status": status("0000000000000000") },
      { status: "unknown", code: "agent-not-running" },
    ],
  ])("tells the permission %s", async (_, files, expected) => {
    await put(files);
    expect((await look())["bluetooth-permission"]).toMatchObject(expected);
  });
});

describe("wardkey doctor on a camera", () => {
  const webcam = async (folder = "/sys/devices/pci0/video4linux/video0"): Promise<void> => {
    await put({ "/dev/video0": "", "/usr/bin/ffmpeg": "", [`${folder}/name`]: "HD Pro Webcam C920\n" });
    await mkdir(join(root, "/sys/class/video4linux"), { recursive: true });
    await symlink(join(root, folder), join(root, "/sys/class/video4linux/video0"));
  };

  it("finds one that production takes", async () => {
    await webcam();
    const { camera } = await look({ configFile: await configured() });
    expect(camera).toEqual({
      ...{ id: "camera", status: "ok", code: "ok", mend: null },
      says: "HD Pro Webcam C920 is there and may be read.",
    });
  });

  it.each<[string, object, () => Promise<void>, string]>([
    ["that is not there", {}, () => put({ "/dev/video2": "" }), "camera-missing"],
    ["without ffmpeg", {}, () => put({ "/dev/video0": "" }), "ffmpeg-missing"],
    ["that is not on the list", { allowedCameras: ["Another"] }, webcam, "camera-not-allow-listed"],
    [
      "that no hardware stands behind",
      {},
      () => webcam("/sys/devices/virtual/video4linux/video0"),
      "camera-not-allow-listed",
    ],
    ["of the page", { camera: { kind: "page" } }, async () => {}, "camera-unattested"],
  ])("refuses one %s", async (_, change, machine, code) => {
    await machine();
    const { camera } = await look({ configFile: await configured(change) });
    expect(camera).toMatchObject({ status: "wrong", code });
  });
});

describe("wardkey doctor on what a kiosk keeps", () => {
  it("finds out that it has no identity, and says what to do with or without a ticket", async () => {
    await put({ "/var/lib/wardkey/agent.lock": "" });
    const without = await look({ configFile: await configured() });
    await put({ "/etc/wardkey/ticket.json": "{}" });
    const site = { ticketFile: join(root, "/etc/wardkey/ticket.json") };
    const ticketed = await look({ configFile: await configured({ site }), machine: thisMachine(root) });
    expect([without.certificate.code, without.certificate.mend, ticketed.certificate.code]).toEqual([
      "not-enrolled",
      "Make a ticket (wardkey device ticket) and put it at /etc/wardkey/ticket.json.",
      "not-enrolled",
    ]);
  });

  it.each([
    ["good for long", -1, 29, "ok", "ok"],
    ["that nobody renewed", -29, 1, "warning", "certificate-not-renewed"],
    ["that ended", -30, -1, "wrong", "certificate-expired"],
    ["that begins only later", 1, 30, "wrong", "certificate-not-yet-valid"],
  ])("reads a certificate %s", async (_, from, to, status, code) => {
    await put({
      "/var/lib/wardkey/credentials.json": await datedCredentials(root, { from: NOW + from * DAY, to: NOW + to * DAY }),
    });
    expect((await look({ configFile: await configured() })).certificate).toMatchObject({ status, code });
  });

  it.each<[string, Record<string, string>, string, string]>([
    ["that follows a time server", { "/run/systemd/timesync/synchronized": "" }, "ok", "ok"],
    ["that follows nobody", {}, "warning", "clock-not-followed"],
    ["that was turned back", { "/var/lib/wardkey/highest-time": String(NOW + 2 * DAY) }, "wrong", "clock-turned-back"],
  ])("judges a clock %s", async (_, files, status, code) => {
    await put(files);
    expect((await look({ configFile: await configured() })).clock).toMatchObject({ status, code });
  });

  it("measures the room that the journal has", async () => {
    const machine = thisMachine(root);
    const codes: string[] = [];
    for (const [bytes, entries] of [
      [2 ** 33, null],
      [2 ** 28, 1_000_000],
      [2 ** 33, 3],
      [2 ** 20, null],
    ] as const) {
      const disk = { ...machine, refuses: async () => null, space: async () => ({ bytes, entries }) };
      codes.push((await look({ configFile: await configured(), machine: disk }))["journal-disk"].code);
    }
    for (const refusal of ["EROFS", "ENOENT", "EACCES"]) {
      const disk = { ...machine, refuses: async () => refusal };
      codes.push((await look({ configFile: await configured(), machine: disk }))["journal-disk"].code);
    }
    expect(codes).toEqual([
      ...["ok", "disk-nearly-full", "disk-full", "disk-full"],
      ...["disk-read-only", "data-missing", "data-forbidden"],
    ]);
  });

  it("reads the registry of the release, and says when there is none", async () => {
    const modelsDir = new URL("../../../../models", import.meta.url).pathname;
    const whole = await look({ configFile: await configured({ modelsDir }), machine: thisMachine() });
    const none = await look({ configFile: await configured() });
    expect([["ok", "model-missing"].includes(whole.models.code), none.models]).toEqual([
      true,
      expect.objectContaining({ status: "wrong", code: "registry-malformed" }),
    ]);
  });
});

describe("the report of wardkey doctor", () => {
  it("names the keys of a configuration that are wrong, and still looks at the machine", async () => {
    const checks = await look({ configFile: await configured({ profile: "lax" }) });
    expect([checks.configuration.code, checks.configuration.says, checks["bluetooth-adapter"].status]).toEqual([
      "config-invalid",
      expect.stringContaining("profile"),
      "ok",
    ]);
  });

  it("says that simulated radio hears no phone", async () => {
    const radio = { kind: "virtual", socketPath: "/run/room.sock", name: "kiosk" };
    const checks = await look({ configFile: await configured({ radio }) });
    expect([checks["bluetooth-adapter"].code, checks["bluetooth-permission"]]).toEqual(["radio-simulated", undefined]);
  });

  it("is text for people, with what to do under what is wrong", async () => {
    const report = await runDoctor({
      configFile: null,
      now: () => NOW,
      machine: thisMachine(root),
      adapters: () => ({ ok: true, devices: [] }),
    });
    expect(textOf(report).split("\n")).toEqual([
      "unknown  Configuration: No configuration was named: only the machine is looked at. [config-not-named]",
      "         Say which: --config FILE.json",
      "WRONG    Bluetooth adapter: No Bluetooth adapter is plugged in. [adapter-missing]",
      "         Plug one in: docs/hardware.md names some.",
      "unknown  Bluetooth permission: No agent runs now, and this process has no CAP_NET_RAW itself. [agent-not-running]",
      "         Start the agent and ask again. Give the agent's unit AmbientCapabilities=CAP_NET_RAW. It needs no root.",
      "warning  Clock: Nothing shows that the clock follows a time server. [clock-not-followed]",
      "         Set the clock, and see that it follows a time server: timedatectl set-ntp true",
      "Something is wrong.",
    ]);
  });
});
