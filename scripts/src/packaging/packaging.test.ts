import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../project-root.js";
import { copyrightText, md5sums } from "./contents.js";
import { controlText, debianArchitecture, debianVersion } from "./control.js";
import { goesAlong, isProduct } from "./left-out.js";
import { LockFile, productionPackages } from "./production-packages.js";
import { udevRules } from "./udev-rules.js";

const debian = (path: string): Promise<string> => readFile(join(projectRoot, "scripts/packaging/debian", path), "utf8");
const ofProject = async (): Promise<LockFile> =>
  LockFile.parse(JSON.parse(await readFile(join(projectRoot, "package-lock.json"), "utf8")));

describe("the packages that run", () => {
  const lock = LockFile.parse({
    lockfileVersion: 3,
    packages: {
      "": { devDependencies: { compiler: "1" } },
      app: { dependencies: { "@x/part": "1", web: "1" }, devDependencies: { tester: "1" } },
      part: { dependencies: { web: "2", tools: "1" } },
      "node_modules/@x/part": { link: true, resolved: "part" },
      "part/node_modules/web": { version: "2.0.0", license: "ISC" },
      "node_modules/web": {
        version: "1.0.0",
        license: "MIT",
        optionalDependencies: { "for-linux": "1", "for-windows": "1" },
        peerDependencies: { peer: "1", "peer-perhaps": "1" },
        peerDependenciesMeta: { "peer-perhaps": { optional: true } },
      },
      "node_modules/for-linux": { version: "1.1.0" },
      "node_modules/for-windows": { version: "1.1.0" },
      "node_modules/peer": { version: "1.2.0", license: "MIT" },
      "node_modules/tools": { version: "1.3.0" },
      "node_modules/tester": { version: "9.9.9" },
      "node_modules/compiler": { version: "9.9.9" },
    },
  });
  const question = {
    lock,
    workspaces: ["app"],
    without: ["tools"],
    installed: (name: string) => !/windows/.test(name),
  };

  it("are those of the lock file that production needs on this system, and nothing to build or test with", () => {
    expect(productionPackages(question)).toEqual({
      workspaces: ["app", "part"],
      packages: [
        { folder: "node_modules/for-linux", version: "1.1.0", licence: "see its folder" },
        { folder: "node_modules/peer", version: "1.2.0", licence: "MIT" },
        { folder: "node_modules/web", version: "1.0.0", licence: "MIT" },
        { folder: "part/node_modules/web", version: "2.0.0", licence: "ISC" },
      ],
    });
  });

  it("are refused when the lock file lacks one", () => {
    const { "node_modules/peer": _gone, ...packages } = lock.packages;
    const asked = () => productionPackages({ ...question, lock: { ...lock, packages } });
    expect(asked).toThrow(expect.objectContaining({ code: "lock-incomplete" }));
  });

  it.each([
    ["agent", ["edge/agent"], ["edge/agent", "edge/virtual-radio", "firmware-profiles", "models", "protocol"]],
    ["fleet", ["fleet/server", "fleet/cli"], ["fleet/cli", "fleet/server", "protocol"]],
  ])("of the %s are those of its workspaces, with no test tool among them", async (_name, workspaces, all) => {
    const found = productionPackages({ lock: await ofProject(), workspaces, without: [], installed: () => false });
    expect(found.workspaces.filter((folder) => all.includes(folder))).toEqual(all);
    const names = found.packages.map(({ folder }) => folder.replace(/^.*node_modules\//, ""));
    expect(names).toEqual(expect.arrayContaining(["sqlite3", "zod"]));
    for (const name of ["vitest", "typescript", "@biomejs/biome", "playwright-core", "vite"]) {
      expect(names).not.toContain(name);
    }
  });
});

describe("what goes along", () => {
  const target = { platform: "linux", arch: "x64" } as const;
  it.each([
    ["zod/index.js", true],
    ["zod/index.d.ts", false],
    ["zod/index.js.map", false],
    ["zod/README.md", false],
    ["zod/LICENSE.md", true],
    ["sqlite3/build/Release/node_sqlite3.node", true],
    ["sqlite3/build/Release/obj.target/sqlite3.o", false],
    ["sqlite3/deps/sqlite-autoconf.tar.gz", false],
    ["usb/prebuilds/linux-x64/node.napi.glibc.node", true],
    ["usb/prebuilds/linux-x64/node.napi.musl.node", false],
    ["usb/prebuilds/linux-arm64/node.napi.armv8.node", false],
    ["usb/prebuilds/win32-x64/node.napi.node", false],
    ["node-hid/prebuilds/HID_hidraw-linux-x64/node-napi-v4.node", true],
    ["node-hid/prebuilds/HID-linux-x64/node-napi-v4.node", false],
    ["onnxruntime-node/bin/napi-v6/linux/x64/libonnxruntime.so.1", true],
    ["onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll", false],
  ])("%s: %s", (path, along) => expect(goesAlong(path, target)).toBe(along));

  it.each([
    ["main.js", true],
    ["agent.test.js", false],
    ["testing/simulated-senses.js", false],
    ["tap/test-support/vectors.js", false],
    ["main.d.ts", false],
    [".tsbuildinfo", false],
  ])("of what we compiled, %s: %s", (path, along) => expect(isProduct(path)).toBe(along));
});

describe("the package's own files", () => {
  it("say what it is and what it needs", () => {
    const fields = {
      name: "wardkey-agent",
      version: debianVersion("1.2.0-rc.1"),
      architecture: "amd64",
      depends: ["nodejs (>= 20.19)", "udev"],
      recommends: [],
      synopsis: "locks and unlocks",
      description: ["One.", "", "Two."],
      installedKib: 12,
    } as const;
    expect(controlText(fields).split("\n")).toEqual([
      "Package: wardkey-agent",
      "Version: 1.2.0~rc.1",
      "Architecture: amd64",
      "Maintainer: Wardkey <wardkey@localhost>",
      "Installed-Size: 12",
      "Depends: nodejs (>= 20.19), udev",
      "Section: admin",
      "Priority: optional",
      "Description: locks and unlocks",
      " One.",
      " .",
      " Two.",
      "",
    ]);
    expect(["x64", "arm64", "riscv64"].map(debianArchitecture)).toEqual(["amd64", "arm64", null]);
  });

  it("list sums and licences", () => {
    const bytes = new TextEncoder().encode("abc");
    expect(md5sums([{ path: "usr/bin/x", bytes }])).toBe("900150983cd24fb0d6963f7d28e17f72  usr/bin/x\n");
    expect(copyrightText([{ folder: "a/node_modules/@x/y", version: "1.0.0", licence: "MIT" }])).toContain(
      "  @x/y 1.0.0: MIT\n",
    );
  });
});

describe("the rules for devices", () => {
  it("let the agent speak to each HID reader and relay that has a profile, and to no keyboard", async () => {
    const folder = join(projectRoot, "firmware-profiles/profiles");
    const profiles = await Promise.all(
      (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))),
    );
    const rules = udevRules(profiles, "wardkey-agent");
    const spoken = profiles.filter(({ kind, transport }) => transport === "hid" && /^(badge-reader|relay)$/.test(kind));
    expect(spoken.length).toBeGreaterThan(5);
    for (const { vendor, product } of spoken.flatMap(({ usb }) => usb)) {
      expect(rules).toContain(
        `KERNEL=="hidraw*", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", GROUP="wardkey-agent", MODE="0660"`,
      );
    }
    expect(rules.split("\n").every((line) => /^(#|KERNEL=="(hidraw|ttyACM)\*", |$)/.test(line))).toBe(true);
  });

  it("let it open the serial port of each reader that has one, and of no other device", async () => {
    const folder = join(projectRoot, "firmware-profiles/profiles");
    const profiles = await Promise.all(
      (await readdir(folder)).map(async (name) => JSON.parse(await readFile(join(folder, name), "utf8"))),
    );
    const serial = profiles.filter(({ transport }) => transport === "usb-serial").flatMap(({ usb }) => usb);
    expect(serial).toContainEqual({ vendor: "09d8", product: "0420" });
    const rules = udevRules(profiles, "wardkey-agent").split("\n");
    expect(rules.filter((line) => line.includes("tty"))).toEqual(
      serial.map(
        ({ vendor, product }) =>
          `KERNEL=="ttyACM*", ATTRS{idVendor}=="${vendor}", ATTRS{idProduct}=="${product}", GROUP="wardkey-agent", MODE="0660"`,
      ),
    );
  });

  it("take nothing from a profile that could be a rule of its own", () => {
    const usb = [{ vendor: "0c27", product: "3bfa" }];
    const sly = { name: 'X"\nKERNEL=="*", MODE="0666', kind: "relay", transport: "hid", usb };
    expect(udevRules([sly], "g").split("\n")).toHaveLength(3);
    expect(() => udevRules([{ ...sly, usb: [{ vendor: '"', product: "3bfa" }] }], "g")).toThrow();
  });
});

describe("the units", () => {
  const settings = async (unit: string): Promise<Map<string, string[]>> => {
    const found = new Map<string, string[]>();
    for (const line of (await debian(unit)).split("\n")) {
      const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
      if (key !== undefined) found.set(key, [...(found.get(key) ?? []), value ?? ""]);
    }
    return found;
  };
  const both = ["agent/wardkey-agent.service", "fleet/wardkey-fleet.service"];

  it.each(both)("%s give their process nothing that it does not need", async (unit) => {
    const found = await settings(unit);
    const wanted = {
      Type: "notify",
      NotifyAccess: "all",
      Restart: "always",
      NoNewPrivileges: "yes",
      PrivateTmp: "yes",
      ProtectSystem: "strict",
      ProtectHome: "yes",
      StateDirectoryMode: "0700",
      UMask: "0077",
      StandardOutput: "null",
      ProtectKernelModules: "yes",
      RestrictNamespaces: "yes",
      SystemCallArchitectures: "native",
    };
    for (const [key, value] of Object.entries(wanted)) expect([key, found.get(key)]).toEqual([key, [value]]);
    expect(Number(found.get("WatchdogSec")?.[0])).toBeGreaterThanOrEqual(30);
    expect(found.get("LoadCredential")?.[0]).toMatch(/^(agent|fleet):\/etc\/wardkey\/credentials\/\1$/);
    expect(found.get("ReadWritePaths")).toEqual(unit.startsWith("agent") ? ["/run/wardkey-kiosk"] : undefined);
  });

  it("let the agent at cameras and readers by HID and serial line alone, also those that are plugged in later", async () => {
    const found = await settings("agent/wardkey-agent.service");
    expect(found.get("DevicePolicy")).toEqual(["closed"]);
    expect(found.get("DeviceAllow")).toEqual(["char-video4linux rw", "char-hidraw rw", "char-ttyACM rw"]);
    // systemd leaves out a group whose module was not loaded when the unit started.
    for (const module of ["videodev", "hid", "cdc_acm"]) {
      for (const key of ["Wants", "After"]) expect(found.get(key)?.join(" ")).toContain(`modprobe@${module}.service`);
    }
    expect((await settings("fleet/wardkey-fleet.service")).get("DeviceAllow")).toBeUndefined();
  });

  it("give raw sockets to the agent alone", async () => {
    const capabilities = async (unit: string) => {
      const found = await settings(unit);
      return [found.get("AmbientCapabilities"), found.get("CapabilityBoundingSet")];
    };
    expect(await capabilities("agent/wardkey-agent.service")).toEqual([["CAP_NET_RAW"], ["CAP_NET_RAW"]]);
    expect(await capabilities("fleet/wardkey-fleet.service")).toEqual([[""], [""]]);
  });

  it("keep data, credentials and configuration where the configuration files look for them", async () => {
    const agent = JSON.parse(await debian("agent/agent.json"));
    expect(agent).toMatchObject({
      dataDir: "/var/lib/wardkey-agent",
      site: {
        ticketFile: "/run/credentials/wardkey-agent.service/agent_ticket",
        sealingKeyFile: "/run/credentials/wardkey-agent.service/agent_sealing-key",
      },
    });
    expect(JSON.parse(await debian("fleet/fleet.json")).dataDir).toBe("/var/lib/wardkey-fleet");
    expect((await settings("agent/wardkey-agent.service")).get("StateDirectory")).toEqual(["wardkey-agent"]);
    expect((await settings("fleet/wardkey-fleet.service")).get("StateDirectory")).toEqual(["wardkey-fleet"]);
  });
});
