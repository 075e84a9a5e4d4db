import { X509Certificate } from "node:crypto";
import { chmod, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { days, hours, instant } from "@wardkey/protocol";
import { verifyDevice } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caInit } from "./index.js";
import { ALL_GOOD, codeOf, identityOf, seenBy, trusting } from "./testing/eyes.js";
import { MADE_AT, writeIssue2Folder } from "./testing/issue-2-root.js";
import { newKey, spkiOf } from "./testing/test-device.js";
import { run, TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make();
});
afterEach(() => site.remove());

const coded = (code: string): unknown => expect.objectContaining({ code });

describe("the first start", () => {
  it("makes root, intermediate and the server's own keys, closed to everybody else", async () => {
    await site.open();
    const names = (await readdir(site.pkiFolder)).map((name) => name.replace(/[0-9a-f]{16}/g, "ID")).sort();
    expect(names).toEqual([
      "client.json",
      "downlink.json",
      "intermediate-ID.cer",
      "intermediate-ID.key",
      "policy.json",
      "root.cer",
      "root.key",
      "server.json",
      "signer.json",
    ]);
    expect(await run(site.pkiFolder, "stat", "-c", "%a", "root.key", "policy.json")).toBe("600\n600\n");
    expect(await seenBy(site, site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
  });

  it("tells the first who listens what it made for itself", async () => {
    const pki = await site.open();
    const told: string[] = [];
    pki.onIssued(({ usage }) => told.push(usage));
    expect(told).toEqual(["signer", "policy", "downlink", "server", "client"]);
    pki.onIssued(({ usage }) => told.push(usage));
    expect(told).toHaveLength(5);
  });

  it("goes on without the root's key, which may leave the machine", async () => {
    await site.open();
    await site.close();
    await rename(site.rootKeyFile, join(site.folder, "on-a-stick.key"));
    await site.open();
    expect((await site.pki.health()).rootKeyOnline).toBe(false);
    expect(codeOf(await site.pki.admit({ certificate: await identityOf(site, "bed-7"), resumed: false }))).toBe("ok");
  });

  it("finds what a ceremony made elsewhere, whose root's key was never here", async () => {
    const passphraseFile = await site.file("passphrase", "correct horse battery staple\n");
    const elsewhere = join(site.folder, "stick.key");
    const made = await caInit({ ...site.ceremony, rootKeyFile: elsewhere, passphraseFile });
    await site.open();
    expect([site.pki.rootDigest, (await site.pki.health()).rootKeyOnline]).toEqual([made.rootDigest, false]);
    await expect(caInit({ ...site.ceremony, rootKeyFile: elsewhere })).rejects.toEqual(coded("ca-exists"));
    const pem = await readFile(elsewhere, "utf8");
    expect(pem).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----/);
    const opened = await run(
      site.folder,
      "openssl",
      "pkey",
      "-in",
      "stick.key",
      "-passin",
      "file:passphrase",
      "-noout",
      "-text",
    );
    expect(opened).toMatch(/prime256v1/);
  });

  it("that broke off is finished by the next one, or by the next ceremony", async () => {
    await caInit(site.ceremony);
    for (const name of await readdir(site.pkiFolder)) {
      if (name.startsWith("intermediate-")) await rm(join(site.pkiFolder, name));
    }
    await site.open();
    expect(await seenBy(site, site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
  });

  it("refuses what it cannot mend, each with its code", async () => {
    await site.open();
    await site.close();
    const intermediate = (await readdir(site.pkiFolder)).find((name) => /^intermediate.*key$/.test(name)) ?? "";
    const without = async (name: string, code: string): Promise<void> => {
      const path = join(site.pkiFolder, name);
      await rename(path, join(site.folder, "away"));
      await expect(site.open()).rejects.toEqual(coded(code));
      await rename(join(site.folder, "away"), path);
    };
    await without("root.cer", "root-missing");
    await rename(site.rootKeyFile, join(site.folder, "root.key"));
    await without(intermediate, "intermediate-missing");
    const damaged = async (name: string, code: string): Promise<void> => {
      const path = join(site.pkiFolder, name);
      const before = await readFile(path);
      await writeFile(path, "{}");
      await expect(site.open()).rejects.toEqual(coded(code));
      await writeFile(path, before);
    };
    await damaged("root.cer", "ca-damaged");
    await damaged(intermediate, "ca-damaged");
    await damaged("policy.json", "leaf-key-damaged");
    await chmod(join(site.pkiFolder, intermediate), 0o644);
    await expect(site.open()).rejects.toEqual(coded("secret-file-exposed"));
    await chmod(join(site.pkiFolder, intermediate), 0o600);
    await site.open();
  });
});

describe("a folder whose root signed every leaf itself", () => {
  it("gets an intermediate, and what was signed before stays valid", async () => {
    const now = instant(MADE_AT + days(100));
    const clock = { now: () => now, monotonic: () => 0 };
    await writeIssue2Folder(site.pkiFolder);
    const pki = await site.open({ clock });
    const trust = trusting(Uint8Array.from(await readFile(join(site.pkiFolder, "root.cer"))));
    expect(await seenBy(site, trust, now)).toEqual(ALL_GOOD);
    expect((await pki.issuers.signer()).chain).toHaveLength(1);
    const identity = await identityOf(site, "bed-7");
    expect(codeOf(verifyDevice(pki.chainOf(identity), trust, now))).toBe("ok");
    await site.file("root.der", pki.rootCertificate);
    await run(site.folder, "openssl", "x509", "-inform", "DER", "-in", "root.der", "-out", "root.pem");
    const [, intermediate] = pki.chainOf(identity);
    await site.file("leaf.der", identity);
    await site.file("intermediate.der", intermediate ?? new Uint8Array(0));
    for (const name of ["leaf", "intermediate"]) {
      await run(site.folder, "openssl", "x509", "-inform", "DER", "-in", `${name}.der`, "-out", `${name}.pem`);
    }
    const at = String(Math.floor(now / 1_000));
    const verified = ["verify", "-attime", at, "-CAfile", "root.pem", "-untrusted", "intermediate.pem", "leaf.pem"];
    expect(await run(site.folder, "openssl", ...verified)).toBe("leaf.pem: OK\n");
  });
});

describe("the keys of the server's own", () => {
  it("are renewed at half their life, and the listeners of the server told", async () => {
    await site.open();
    const before = site.pki.tls.current();
    const told: string[] = [];
    site.pki.tls.onRenewed(({ cert }) => told.push(cert));
    site.clock.move(days(44));
    await site.pki.review();
    expect(told).toEqual([]);
    site.clock.move(days(2));
    await site.pki.review();
    expect(told).toEqual([site.pki.tls.current().cert]);
    expect(site.pki.tls.current().key).not.toBe(before.key);
    const signing = (await site.pki.issuers.policy()).chain[0];
    site.clock.move(days(330));
    expect((await site.pki.issuers.policy()).chain[0]).not.toEqual(signing);
    expect(await seenBy(site, site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
  });

  it("go on in use when they cannot be written, and are kept over a restart", async () => {
    await site.open();
    const before = (await site.pki.issuers.signer()).chain[0];
    site.clock.move(days(400));
    await rename(site.pkiFolder, `${site.pkiFolder}-away`);
    expect((await site.pki.issuers.signer()).chain[0]).toEqual(before);
    await rename(`${site.pkiFolder}-away`, site.pkiFolder);
    const renewed = (await site.pki.issuers.signer()).chain[0];
    expect(renewed).not.toEqual(before);
    await site.close();
    await site.open();
    expect((await site.pki.issuers.signer()).chain[0]).toEqual(renewed);
  });

  it("certify other servers of the site, which their clients follow to the root", async () => {
    const pki = await site.open();
    const publicKey = spkiOf(newKey());
    const [leaf, intermediate] = await pki.serverCertificate({ names: ["mqtt.st-mary.example"], publicKey });
    const pem = (der: Uint8Array | undefined): string => new X509Certificate(der ?? new Uint8Array(0)).toString();
    await site.file("root.pem", pem(pki.rootCertificate));
    await site.file("chain.pem", pem(intermediate));
    await site.file("mqtt.pem", pem(leaf));
    const verified =
      "verify -purpose sslserver -verify_hostname mqtt.st-mary.example -CAfile root.pem -untrusted chain.pem mqtt.pem";
    expect(await run(site.folder, "openssl", ...verified.split(" "))).toBe("mqtt.pem: OK\n");
  });

  it("make the fleet server a client of an outside broker, under a name that no device may have", async () => {
    const pki = await site.open();
    const certificate = new X509Certificate(pki.client.current().cert);
    expect(certificate.subject).toBe("O=st-mary\nOU=service\nCN=wardkey-fleet");
    for (const device of ["wardkey-fleet", "wardkey-fleet-up"]) {
      site.names.set(device, { name: "an impostor", ward: "none" });
      expect(codeOf(await pki.issueTicket({ device, profile: "service", ttl: hours(1) }))).toBe("device-unknown");
    }
  });

  it("serve under other names once the configuration says so", async () => {
    await site.open();
    const before = site.pki.tls.current().cert;
    await site.close();
    expect((await site.open()).tls.current().cert).toBe(before);
    await site.close();
    const { tls } = await site.open({ serverNames: ["fleet.st-mary.example", "10.0.0.7", "fd00::7"] });
    const pem = await site.file("server.pem", tls.current().cert);
    const names = await run(site.folder, "openssl", "x509", "-in", pem, "-noout", "-ext", "subjectAltName");
    expect(names).toMatch(/DNS:fleet.st-mary.example, IP Address:10.0.0.7, IP Address:FD00:0:0:0:0:0:0:7/);
  });
});
