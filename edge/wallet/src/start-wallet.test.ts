import { access, readdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { codeOf } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startWallet, type WalletConfigInput } from "./index.js";
import { openWard, type TestWard, walkUp } from "./testing/test-wallet.js";

describe("starting a wallet", () => {
  let ward: TestWard;
  beforeEach(async () => {
    ward = await openWard();
  });
  afterEach(() => ward.close());

  const start = (change: Partial<WalletConfigInput> = {}): Promise<string> =>
    startWallet({ config: { ...ward.config, ...change } }).then(async (wallet) => {
      await wallet.stop();
      return "started";
    }, codeOf);

  it("refuses a second start over the same folder, and leaves the first alone", async () => {
    expect(await start()).toBe("already-running");
    expect((await ward.page.until(() => true)).v).toBe(1);
  });

  it("refuses a port in use and gives the folder back", async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, "127.0.0.1", () => {
        const address = other.address();
        resolve(typeof address === "object" && address !== null ? address.port : 0);
      });
    });
    const dataDir = join(ward.folder, "second");
    const second = { ...ward.config.radio, name: "second" } as WalletConfigInput["radio"];
    expect(await start({ dataDir, port, radio: second })).toBe("port-in-use");
    expect((await readdir(dataDir)).includes("wallet.lock")).toBe(false);
    expect(await start({ dataDir, port: 0, radio: second })).toBe("started");
    await new Promise((resolve) => other.close(resolve));
  });

  const broken: ReadonlyArray<[what: string, change: () => Partial<WalletConfigInput>, code: string]> = [
    ["a relative path", () => ({ dataDir: "wallet" }), "config-invalid"],
    ["a port that is none", () => ({ port: 70_000 }), "config-invalid"],
    [
      "a root certificate that is not there",
      () => ({ rootCertificateFile: join(ward.folder, "none.cer") }),
      "config-invalid",
    ],
    ["a limit beyond what it can remember", () => ({ releaseLimits: { perKiosk: 20, all: 241 } }), "config-invalid"],
    [
      "no room",
      () => ({ radio: { kind: "virtual", socketPath: join(ward.folder, "none.sock"), name: "other", kiosk: "kiosk" } }),
      "radio-unavailable",
    ],
    ["a name that another phone has", () => ({}), "radio-unavailable"],
  ];
  for (const [what, change, code] of broken) {
    it(`refuses ${what} with ${code}, and can start afterwards`, async () => {
      const dataDir = join(ward.folder, "other");
      expect(await start({ dataDir, ...change() })).toBe(code);
      const radio = { ...ward.config.radio, name: "other" } as WalletConfigInput["radio"];
      expect(await start({ dataDir, radio })).toBe("started");
    });
  }

  it("refuses a corrupted vault and wipes nothing", async () => {
    await ward.enrol();
    const dataDir = join(ward.folder, "wallet");
    ward.page.close();
    await ward.wallet.stop();
    await writeFile(join(dataDir, "vault.sealed"), "not a vault, but somebody's");
    expect(await start()).toBe("vault-corrupted");
    await access(join(dataDir, "vault.key"));
    expect((await readdir(dataDir)).sort()).toEqual(["page-token", "vault.key", "vault.sealed"]);
  });

  it("keeps to the limits of another policy, and knows them after a restart", async () => {
    const strict = await openWard({ releaseLimits: { perKiosk: 1, all: 60 } });
    await strict.enrol();
    await walkUp(strict);
    const first = await strict.tapAndLeave();
    await strict.restart();
    strict.page.say({ type: "unlock-phone" });
    await walkUp(strict);
    const second = await strict.tapAndLeave();
    expect([first.record?.outcome, second.record?.code]).toEqual(["unlocked", "quota-kiosk"]);
    await strict.close();
  });
});
