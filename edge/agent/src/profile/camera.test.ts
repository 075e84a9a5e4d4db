import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkCamera, PROFILES, readCameraFacts } from "./index.js";

const allowed = ["HD Pro Webcam C920"];
const real = { name: "HD Pro Webcam C920", virtual: false };
const device = { kind: "device", path: "/dev/video0" } as const;

describe("production", () => {
  it.each([
    ["the page's camera", { kind: "page" }, null, "camera-unattested"],
    ["a file", { kind: "file", path: "/srv/anna.mp4" }, null, "camera-not-allow-listed"],
    ["no device at all", device, null, "camera-not-allow-listed"],
    ["an unlisted device", device, { name: "Dummy", virtual: false }, "camera-not-allow-listed"],
    ["a loopback under a listed name", device, { ...real, virtual: true }, "camera-not-allow-listed"],
  ] as const)("refuses %s", (_what, camera, facts, code) => {
    expect(checkCamera(PROFILES.production, camera, { allowed, facts })).toEqual({ ok: false, code });
  });

  it("takes a listed device of real hardware", () => {
    expect(checkCamera(PROFILES.production, device, { allowed, facts: real })).toEqual({ ok: true, attested: true });
  });
});

describe("the demo", () => {
  it("takes the page's camera and a file, and says that nothing vouches for them", () => {
    expect(checkCamera(PROFILES.demo, { kind: "page" }, { allowed, facts: null })).toEqual({
      ok: true,
      attested: false,
    });
    expect(checkCamera(PROFILES.demo, { kind: "file", path: "/a" }, { allowed, facts: null })).toEqual({
      ok: true,
      attested: false,
    });
  });
});

describe("what the system knows about a camera", () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "wardkey-sysfs-"));
    for (const [node, at] of [
      ["video0", "devices/pci0000:00/usb1/video0"],
      ["video7", "devices/virtual/video4linux/video7"],
    ] as const) {
      await mkdir(join(root, at), { recursive: true });
      await writeFile(join(root, at, "name"), "HD Pro Webcam C920\n");
      await mkdir(join(root, "class"), { recursive: true });
      await symlink(join(root, at), join(root, "class", node));
      await writeFile(join(root, node), "");
    }
    await symlink(join(root, "video7"), join(root, "by-id"));
  });
  afterAll(() => rm(root, { recursive: true }));

  it("tells hardware from a loopback, also behind a link", async () => {
    expect(await readCameraFacts(join(root, "video0"), join(root, "class"))).toEqual(real);
    expect(await readCameraFacts(join(root, "by-id"), join(root, "class"))).toEqual({ ...real, virtual: true });
    expect(await readCameraFacts(join(root, "video9"), join(root, "class"))).toBeNull();
  });
});
