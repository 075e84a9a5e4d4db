import { access, chmod, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { days, hours, type Instant, instant } from "@wardkey/protocol";
import {
  type CertificateChain,
  createSiteTrust,
  type SiteTrust,
  verifyDevice,
  verifyDownlinkSigner,
  verifyPolicySigner,
  verifyReader,
  verifySigner,
  verifyStatus,
} from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caInit, rotateIntermediate, rotateRoot } from "./index.js";
import { MADE_AT, writeIssue2Folder } from "./testing/issue-2-root.js";
import { newKey, requestFor } from "./testing/test-device.js";
import { run, SITE, TestPki } from "./testing/test-pki.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make();
});
afterEach(() => site.remove());

const coded = (code: string): unknown => expect.objectContaining({ code });
const ceremony = () => ({ folder: site.pkiFolder, site: SITE, now: site.clock.now() });
const rootKeyFile = (): string => join(site.pkiFolder, "root.key");

/** What somebody trusts who knows this root and no other. */
function trusting(rootCertificate: Uint8Array): SiteTrust {
  const made = createSiteTrust({ site: "st-mary", rootCertificate });
  if (!made.ok) throw new Error(made.code);
  return made.trust;
}
async function identityOf(device: string): Promise<Uint8Array> {
  const request = requestFor(device, newKey());
  const made = await site.pki.est.enrol({ device, token: await site.token(device), profile: "kiosk", request });
  if (!made.ok) throw new Error(made.code);
  return made.certificate;
}
async function readerOf(identity: Uint8Array, device: string): Promise<CertificateChain> {
  const peer = { certificate: identity };
  const made = await site.pki.est.enrolReader({ peer, request: requestFor(device, newKey()) });
  if (!made.ok) throw new Error(made.code);
  return site.pki.chainOf(made.certificate);
}
const codeOf = (checked: { ok: boolean; code?: string }): string => (checked.ok ? "ok" : String(checked.code));

/** Everything that the site signs with, as `trust` sees it at `at`. */
async function seenBy(trust: SiteTrust, at: Instant): Promise<string[]> {
  const { signer, policy, downlink } = site.pki.issuers;
  return [
    codeOf(verifySigner((await signer()).chain, trust, at)),
    codeOf(verifyPolicySigner((await policy()).chain, trust, at)),
    codeOf(verifyDownlinkSigner((await downlink()).chain, trust, at)),
  ];
}
const ALL_GOOD = ["ok", "ok", "ok"];

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
    expect(await seenBy(site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
  });

  it("goes on without the root's key, which may leave the machine", async () => {
    await site.open();
    await site.close();
    await rename(rootKeyFile(), join(site.folder, "on-a-stick.key"));
    await site.open();
    expect((await site.pki.health()).rootKeyOnline).toBe(false);
    expect(codeOf(await site.pki.admit({ certificate: await identityOf("bed-7"), resumed: false }))).toBe("ok");
  });

  it("finds what a ceremony made elsewhere, whose root's key was never here", async () => {
    const passphraseFile = await site.file("passphrase", "correct horse battery staple\n");
    const elsewhere = join(site.folder, "stick.key");
    const made = await caInit({ ...ceremony(), rootKeyFile: elsewhere, passphraseFile });
    await site.open();
    expect([site.pki.rootDigest, (await site.pki.health()).rootKeyOnline]).toEqual([made.rootDigest, false]);
    await expect(caInit({ ...ceremony(), rootKeyFile: elsewhere })).rejects.toEqual(coded("ca-exists"));
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
    await caInit(ceremony());
    for (const name of await readdir(site.pkiFolder)) {
      if (name.startsWith("intermediate-")) await rm(join(site.pkiFolder, name));
    }
    await site.open();
    expect(await seenBy(site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
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
    await rename(rootKeyFile(), join(site.folder, "root.key"));
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
    const clock = { now: () => now };
    await writeIssue2Folder(site.pkiFolder);
    const pki = await site.open({ clock });
    const trust = trusting(Uint8Array.from(await readFile(join(site.pkiFolder, "root.cer"))));
    expect(await seenBy(trust, now)).toEqual(ALL_GOOD);
    expect((await pki.issuers.signer()).chain).toHaveLength(1);
    const identity = await identityOf("bed-7");
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
    expect(await seenBy(site.pki.trust(), site.clock.now())).toEqual(ALL_GOOD);
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

describe("rotating the intermediate", () => {
  it("leaves everything issued valid, and issues under the new one from then on", async () => {
    await site.open();
    const identity = await identityOf("bed-7");
    const before = await readerOf(identity, "bed-7");
    site.clock.move(hours(1));
    await rotateIntermediate({ ...ceremony(), rootKeyFile: rootKeyFile() });
    await site.pki.reload();
    const after = await readerOf(identity, "bed-7");
    expect(after[1]).not.toEqual(before[1]);
    const trust = trusting(site.pki.rootCertificate);
    const at = site.clock.now();
    expect([codeOf(verifyReader(before, trust, at)), codeOf(verifyReader(after, trust, at))]).toEqual(["ok", "ok"]);
    expect(codeOf(await site.pki.admit({ certificate: identity, resumed: false }))).toBe("ok");
    expect(site.pki.caCertificates()).toHaveLength(3);
    expect(await site.pki.crl()).not.toEqual(await site.pki.crl("none"));
  });

  it("needs the key of the root in force, and its passphrase", async () => {
    const passphraseFile = await site.file("passphrase", "correct horse battery staple\n");
    const wrong = await site.file("wrong", "another passphrase altogether\n");
    const short = await site.file("short", "horse\n");
    const key = join(site.folder, "stick.key");
    await caInit({ ...ceremony(), rootKeyFile: key, passphraseFile });
    const rotate = (rootKeyFile: string, passphrase?: string) =>
      rotateIntermediate({
        ...ceremony(),
        rootKeyFile,
        ...(passphrase === undefined ? {} : { passphraseFile: passphrase }),
      });
    await expect(rotate(key)).rejects.toEqual(coded("root-key-passphrase"));
    await expect(rotate(key, wrong)).rejects.toEqual(coded("root-key-passphrase"));
    await expect(rotate(key, short)).rejects.toEqual(coded("root-key-passphrase"));
    await expect(rotate(join(site.folder, "nowhere"))).rejects.toEqual(coded("root-key-missing"));
    const foreign = await site.file("foreign.key", newKey().export({ format: "pem", type: "pkcs8" }));
    await expect(rotate(foreign)).rejects.toEqual(coded("root-mismatch"));
    await expect(rotate(await site.file("no.key", "nothing"))).rejects.toEqual(coded("root-key-unreadable"));
    expect((await rotate(key, passphraseFile)).certificate.length).toBeGreaterThan(300);
  });
});

describe("rotating the root", () => {
  it("is followed by phones and devices that know the old root alone, and by new ones that know the new", async () => {
    await site.open();
    const at = (): Instant => site.clock.now();
    const oldRoot = site.pki.rootCertificate;
    const identity = await identityOf("bed-7");
    const readerBefore = await readerOf(identity, "bed-7");
    site.clock.move(hours(1));
    const newRootKeyFile = join(site.folder, "next-root.key");
    const made = await rotateRoot({ ...ceremony(), rootKeyFile: rootKeyFile(), newRootKeyFile });
    await site.pki.reload();

    expect(site.pki.rootDigest).toBe(made.rootDigest);
    expect(site.pki.rootCertificate).not.toEqual(oldRoot);
    const newRoot = made.rootCertificate;
    // The kiosk comes with its old identity, and with what it gets now.
    const renewed = await site.pki.est.renew({
      peer: { certificate: identity },
      profile: "kiosk",
      request: requestFor("bed-7", newKey()),
    });
    if (!renewed.ok) throw new Error(renewed.code);
    const readerAfter = await readerOf(renewed.certificate, "bed-7");
    expect(readerAfter).toHaveLength(3);
    const readerBeforeNow = site.pki.chainOf(readerBefore[0] ?? new Uint8Array(0));
    for (const root of [oldRoot, newRoot]) {
      const trust = trusting(root);
      expect(codeOf(verifyReader(readerAfter, trust, at()))).toBe("ok");
      expect(codeOf(verifyReader(readerBeforeNow, trust, at()))).toBe("ok");
      expect(codeOf(verifyDevice(site.pki.chainOf(renewed.certificate), trust, at()))).toBe("ok");
      expect(await seenBy(trust, at())).toEqual(ALL_GOOD);
      const { status } = await site.pki.signStatus("bed-7");
      expect(codeOf(verifyStatus(status, trust, at()))).toBe("ok");
    }
    expect(codeOf(verifyReader(readerBefore, trusting(oldRoot), at()))).toBe("ok");
    expect(site.pki.caCertificates()).toHaveLength(6);

    // Months later the leaves of the old intermediate are gone, and nothing asks for the old root any more.
    await site.close();
    await rm(rootKeyFile());
    site.clock.move(days(400));
    await site.open();
    expect(await seenBy(trusting(newRoot), at())).toEqual(ALL_GOOD);
    expect(await seenBy(trusting(oldRoot), at())).toEqual(ALL_GOOD);
  });

  it("twice leaves who knows the first root alone with a way to the third", async () => {
    await site.open();
    const first = site.pki.rootCertificate;
    const second = join(site.folder, "second.key");
    const third = join(site.folder, "third.key");
    site.clock.move(days(30));
    await rotateRoot({ ...ceremony(), rootKeyFile: rootKeyFile(), newRootKeyFile: second });
    site.clock.move(days(30));
    await rotateRoot({ ...ceremony(), rootKeyFile: second, newRootKeyFile: third });
    await site.pki.reload();
    const reader = await readerOf(await identityOf("bed-7"), "bed-7");
    for (const root of [first, site.pki.rootCertificate]) {
      expect(codeOf(verifyReader(reader, trusting(root), site.clock.now()))).toBe("ok");
    }
  });

  it("that broke off before its last step leaves the old root in force", async () => {
    await site.open();
    const { rootDigest } = site.pki;
    const oldRoot = await readFile(join(site.pkiFolder, "root.cer"));
    await rotateRoot({ ...ceremony(), rootKeyFile: rootKeyFile(), newRootKeyFile: join(site.folder, "next.key") });
    await writeFile(join(site.pkiFolder, "root.cer"), oldRoot);
    await site.pki.reload();
    expect(site.pki.rootDigest).toBe(rootDigest);
    expect(await seenBy(trusting(Uint8Array.from(oldRoot)), site.clock.now())).toEqual(ALL_GOOD);
    const chain = await readerOf(await identityOf("bed-7"), "bed-7");
    expect(codeOf(verifyReader(chain, trusting(Uint8Array.from(oldRoot)), site.clock.now()))).toBe("ok");
  });

  it("never writes over a key", async () => {
    await site.open();
    const taken = await site.file("taken.key", "the key of somebody else");
    const again = rotateRoot({ ...ceremony(), rootKeyFile: rootKeyFile(), newRootKeyFile: taken });
    await expect(again).rejects.toEqual(coded("root-key-exists"));
    await access(taken);
  });
});
