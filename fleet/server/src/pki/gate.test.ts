import { hours, minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Denied, FleetPki } from "./index.js";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make();
  await site.open();
});
afterEach(() => site.remove());

async function enrolled(device: string, pki: FleetPki = site.pki): Promise<Uint8Array> {
  const token = await site.token(device);
  const made = await pki.est.enrol({ device, token, profile: "kiosk", request: requestFor(device, newKey()) });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}
const admission = async (certificate: Uint8Array, pki: FleetPki = site.pki): Promise<string> => {
  const admitted = await pki.admit({ certificate, resumed: false });
  return admitted.ok ? admitted.device : admitted.code;
};

describe("the gate", () => {
  it("lets in who has an identity, and nobody else", async () => {
    const certificate = await enrolled("bed-7");
    expect(await admission(certificate)).toBe("bed-7");
    expect(await admission(new Uint8Array(0))).toBe("certificate-untrusted");
    expect(await admission(certificate.subarray(0, 80))).toBe("certificate-untrusted");
    const [serving] = (await site.pki.issuers.downlink()).chain;
    expect(await admission(serving ?? new Uint8Array(0))).toBe("certificate-usage");
  });

  it("parts a foreign certificate from one that its own log lost", async () => {
    const other = await TestPki.make();
    try {
      await other.open();
      const token = await other.token("bed-7");
      const request = requestFor("bed-7", newKey());
      const made = await other.pki.est.enrol({ device: "bed-7", token, profile: "kiosk", request });
      expect(made.ok && (await admission(made.certificate))).toBe("certificate-untrusted");
    } finally {
      await other.remove();
    }
    const lost = await enrolled("bed-8");
    await site.database("certificates").where({ kiosk: "bed-8" }).delete();
    expect(await admission(lost)).toBe("certificate-unknown");
  });

  it("takes no certificate whose bytes differ from those issued", async () => {
    const certificate = await enrolled("bed-7");
    for (let at = 0; at < certificate.length; at += 1) {
      const changed = Uint8Array.from(certificate);
      changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
      expect(await admission(changed), `byte ${at}`).toMatch(/^certificate-/);
    }
  });

  it("asks the database for nobody who has been here, also after a restart", async () => {
    const certificate = await enrolled("bed-7");
    await site.close();
    await site.open();
    const asked: string[] = [];
    const listen = ({ sql }: { sql: string }): number => asked.push(sql);
    site.database.on("query", listen);
    expect([await admission(certificate), await admission(certificate)]).toEqual(["bed-7", "bed-7"]);
    site.database.off("query", listen);
    expect(asked.filter((sql) => sql.includes("certificates"))).toEqual([]);
  });

  it("goes by the clock, whatever it remembers", async () => {
    const certificate = await enrolled("bed-7");
    site.clock.move(minutes(-9));
    expect(await admission(certificate)).toBe("bed-7");
    site.clock.move(minutes(-2));
    expect(await admission(certificate)).toBe("certificate-not-yet-valid");
    site.clock.move(hours(25));
    expect(await admission(certificate)).toBe("certificate-expired");
  });

  it("shuts at once for a denied device or serial, and after a restart", async () => {
    const [seven, eight] = [await enrolled("bed-7"), await enrolled("bed-8")];
    expect([await admission(seven), await admission(eight)]).toEqual(["bed-7", "bed-8"]);
    const [last] = await site.pki.certificatesOf("bed-8");
    await site.pki.deny({ device: "bed-7" });
    await site.pki.deny({ serial: last?.serial ?? "" });
    const denied = ["device-denied", "certificate-denied"];
    expect([await admission(seven), await admission(eight)]).toEqual(denied);
    await site.close();
    await site.open();
    expect([await admission(seven), await admission(eight)]).toEqual(denied);
  });
});

describe("a denial", () => {
  it("tells whom it cuts off, and raises the epoch once however often it is said", async () => {
    await enrolled("bed-8");
    const [last] = await site.pki.certificatesOf("bed-8");
    const told: Denied[] = [];
    const off = site.pki.onDenied((denied) => told.push(denied));
    expect(await site.pki.deny({ device: "bed-7" })).toBe(1);
    expect(await site.pki.deny({ device: "bed-7" })).toBe(1);
    expect(await site.pki.deny({ serial: last?.serial ?? "" })).toBe(2);
    expect(await site.pki.holders.ban("n-4711")).toBe(3);
    expect(await site.pki.holders.lift("n-4711")).toBe(4);
    off();
    expect(await site.pki.holders.lift("n-4711")).toBe(4);
    expect(await site.pki.readmitDevice("bed-7")).toBe(5);
    expect(told.map(({ epoch, kind, whom, devices }) => ({ epoch, kind, whom, devices }))).toEqual([
      { epoch: 1, kind: "device", whom: "bed-7", devices: ["bed-7"] },
      { epoch: 2, kind: "serial", whom: last?.serial, devices: ["bed-8"] },
      { epoch: 3, kind: "holder", whom: "n-4711", devices: [] },
      { epoch: 4, kind: "holder-readmitted", whom: "n-4711", devices: [] },
    ]);
    expect(site.pki.denyList()).toEqual({ denyEpoch: 5, devices: [], holders: [], serials: [last?.serial] });
  });

  it("made at one fleet server holds at the next one on the same database", async () => {
    const certificate = await enrolled("bed-7");
    const first = site.pki;
    const second = await site.open({ pollEvery: minutes(10) });
    try {
      expect(await admission(certificate, second)).toBe("bed-7");
      const told = new Promise<Denied>((resolve) => second.onDenied(resolve));
      await first.deny({ device: "bed-7" });
      await second.review();
      expect((await told).devices).toEqual(["bed-7"]);
      expect(await admission(certificate, second)).toBe("device-denied");
    } finally {
      await first.stop();
    }
  });

  it("outruns a renewal at another fleet server that has not heard of it yet", async () => {
    const certificate = await enrolled("bed-7");
    const first = site.pki;
    const second = await site.open({ pollEvery: minutes(10) });
    try {
      await first.denyCertificates("bed-7");
      expect(await admission(certificate, second)).toBe("bed-7");
      const request = requestFor("bed-7", newKey());
      expect(await second.est.renew({ peer: { certificate }, profile: "kiosk", request })).toEqual({
        ok: false,
        code: "certificate-denied",
      });
      const all = await second.certificatesOf("bed-7");
      expect(all.map(({ serial }) => serial).sort()).toEqual([...second.denyList().serials].sort());
    } finally {
      await first.stop();
    }
  });

  it("reaches every listener, also behind one that fails", async () => {
    const told: number[] = [];
    site.pki.onDenied(() => {
      throw new Error("a broker that is gone");
    });
    site.pki.onDenied(({ epoch }) => told.push(epoch));
    expect(await site.pki.deny({ device: "bed-7" })).toBe(1);
    expect(told).toEqual([1]);
  });
});
