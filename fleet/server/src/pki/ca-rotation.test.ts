import { access, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { days, hours, type Instant } from "@wardkey/protocol";
import { verifyDevice, verifyReader, verifyStatus } from "@wardkey/protocol/credential";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { caInit, rotateIntermediate, rotateRoot, rotationApproval } from "./index.js";
import { ALL_GOOD, codeOf, identityOf, readerOf, seenBy, trusting } from "./testing/eyes.js";
import { newKey, requestFor } from "./testing/test-device.js";
import { TestPki } from "./testing/test-pki.js";
import { type Answer, TlsClient } from "./testing/tls-client.js";

let site: TestPki;
beforeEach(async () => {
  site = await TestPki.make();
});
afterEach(() => site.remove());

const coded = (code: string): unknown => expect.objectContaining({ code });

describe("rotating the intermediate", () => {
  it("leaves everything issued valid, and issues under the new one from then on", async () => {
    await site.open();
    const identity = await identityOf(site, "bed-7");
    const before = await readerOf(site, identity, "bed-7");
    site.clock.move(hours(1));
    await rotateIntermediate({ ...site.ceremony, rootKeyFile: site.rootKeyFile });
    await site.pki.reload();
    const after = await readerOf(site, identity, "bed-7");
    expect(after[1]).not.toEqual(before[1]);
    const trust = trusting(site.pki.rootCertificate);
    const at = site.clock.now();
    expect([codeOf(verifyReader(before, trust, at)), codeOf(verifyReader(after, trust, at))]).toEqual(["ok", "ok"]);
    expect(codeOf(await site.pki.admit({ certificate: identity, resumed: false }))).toBe("ok");
    expect(site.pki.caCertificates()).toHaveLength(3);
    expect(await site.pki.crl()).not.toEqual(await site.pki.crl("none"));
  });

  it("comes into force at a running server as what two people approved, and as nothing else", async () => {
    const pki = await site.open();
    const recorded: unknown[] = [];
    const approval = rotationApproval({
      takeUp: pki.takeUp,
      record: async (kind, body) => {
        recorded.push([kind, body]);
      },
    });
    site.clock.move(hours(1));
    const { digest } = await rotateIntermediate({ ...site.ceremony, rootKeyFile: site.rootKeyFile });
    const args = { what: "intermediate", digest } as const;
    const before = pki.caCertificates().length;
    const wrong = await approval.execute({ ...args, digest: pki.rootDigest }, { proposer: "anna" });
    expect([wrong, pki.caCertificates().length]).toEqual([{ outcome: "authority-unknown" }, before]);
    expect(await approval.execute(args, { proposer: "anna" })).toEqual({ outcome: "in-force" });
    expect(await approval.execute(args, { proposer: "anna" })).toEqual({ outcome: "in-force" });
    expect(pki.caCertificates()).toHaveLength(before + 1);
    expect(recorded[0]).toEqual(["ca.rotated", { by: "anna", ...args }]);
    expect(approval.weight()).toBe(2);
    expect(approval.summary(args)).toContain(digest);
  });

  it("needs the key of the root in force, and its passphrase", async () => {
    const passphraseFile = await site.file("passphrase", "correct horse battery staple\n");
    const wrong = await site.file("wrong", "another passphrase altogether\n");
    const short = await site.file("short", "horse\n");
    const key = join(site.folder, "stick.key");
    await caInit({ ...site.ceremony, rootKeyFile: key, passphraseFile });
    const rotate = (rootKeyFile: string, passphrase?: string) =>
      rotateIntermediate({
        ...site.ceremony,
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
    const identity = await identityOf(site, "bed-7");
    const readerBefore = await readerOf(site, identity, "bed-7");
    site.clock.move(hours(1));
    const newRootKeyFile = join(site.folder, "next-root.key");
    const made = await rotateRoot({ ...site.ceremony, rootKeyFile: site.rootKeyFile, newRootKeyFile });
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
    const readerAfter = await readerOf(site, renewed.certificate, "bed-7");
    expect(readerAfter).toHaveLength(3);
    const readerBeforeNow = site.pki.chainOf(readerBefore[0] ?? new Uint8Array(0));
    for (const root of [oldRoot, newRoot]) {
      const trust = trusting(root);
      expect(codeOf(verifyReader(readerAfter, trust, at()))).toBe("ok");
      expect(codeOf(verifyReader(readerBeforeNow, trust, at()))).toBe("ok");
      expect(codeOf(verifyDevice(site.pki.chainOf(renewed.certificate), trust, at()))).toBe("ok");
      expect(await seenBy(site, trust, at())).toEqual(ALL_GOOD);
      const { status } = await site.pki.signStatus("bed-7");
      expect(codeOf(verifyStatus(status, trust, at()))).toBe("ok");
    }
    expect(codeOf(verifyReader(readerBefore, trusting(oldRoot), at()))).toBe("ok");
    expect(site.pki.caCertificates()).toHaveLength(6);

    // Months later the leaves of the old intermediate are gone, and nothing asks for the old root any more.
    await site.close();
    await rm(site.rootKeyFile);
    site.clock.move(days(400));
    await site.open();
    expect(await seenBy(site, trusting(newRoot), at())).toEqual(ALL_GOOD);
    expect(await seenBy(site, trusting(oldRoot), at())).toEqual(ALL_GOOD);
  });

  it("is lived through by a kiosk on its connections, with the root that it was set up with and nothing else", async () => {
    site.clock.move(days(-70));
    await site.open();
    await site.serve();
    const root = site.pki.rootCertificate;
    const key = newKey();
    const request = Buffer.from(requestFor("bed-7", key)).toString("base64");
    const basic = Buffer.from(`bed-7:${await site.token("bed-7")}`).toString("base64");
    const headers = { "content-type": "application/pkcs10" };
    const ask = async (path: string, more: Record<string, string>, certificate?: Uint8Array): Promise<Answer> => {
      const identity = certificate === undefined ? {} : { identity: { certificate, key } };
      const client = await TlsClient.open({ url: site.url, root, ...identity });
      try {
        return await client.ask(path.includes("est") ? "POST" : "GET", path, { headers: more, body: request });
      } finally {
        client.close();
      }
    };
    await ask("/.well-known/est/simpleenroll", { ...headers, authorization: `Basic ${basic}` });
    const newest = async (): Promise<Uint8Array> =>
      (await site.pki.certificatesOf("bed-7"))[0]?.der ?? new Uint8Array(0);
    const first = await newest();
    site.clock.move(hours(1));
    await rotateRoot({
      ...site.ceremony,
      rootKeyFile: site.rootKeyFile,
      newRootKeyFile: join(site.folder, "next.key"),
    });
    await site.pki.reload();
    expect((await ask("/v1/device/whoami", {}, first)).status).toBe(200);
    site.clock.move(hours(80));
    expect((await ask("/v1/device/whoami", {}, first)).code).toBe("certificate-expired");
    expect((await ask("/.well-known/est/simplereenroll", headers, first)).status).toBe(200);
    expect((await ask("/v1/device/whoami", {}, await newest())).status).toBe(200);

    // Once the server's own certificate was renewed, it hangs under the new root.
    site.clock.move(days(46));
    await site.pki.review();
    for (const known of [root, site.pki.rootCertificate]) {
      const client = await TlsClient.open({ url: site.url, root: known });
      expect((await client.ask("GET", "/.well-known/est/cacerts")).status).toBe(200);
      client.close();
    }
  });

  it("twice leaves who knows the first root alone with a way to the third", async () => {
    await site.open();
    const first = site.pki.rootCertificate;
    const second = join(site.folder, "second.key");
    const third = join(site.folder, "third.key");
    site.clock.move(days(30));
    await rotateRoot({ ...site.ceremony, rootKeyFile: site.rootKeyFile, newRootKeyFile: second });
    site.clock.move(days(30));
    await rotateRoot({ ...site.ceremony, rootKeyFile: second, newRootKeyFile: third });
    await site.pki.reload();
    const reader = await readerOf(site, await identityOf(site, "bed-7"), "bed-7");
    for (const root of [first, site.pki.rootCertificate]) {
      expect(codeOf(verifyReader(reader, trusting(root), site.clock.now()))).toBe("ok");
    }
  });

  it("that broke off before its last step leaves the old root in force", async () => {
    await site.open();
    const { rootDigest } = site.pki;
    const oldRoot = await readFile(join(site.pkiFolder, "root.cer"));
    await rotateRoot({
      ...site.ceremony,
      rootKeyFile: site.rootKeyFile,
      newRootKeyFile: join(site.folder, "next.key"),
    });
    await writeFile(join(site.pkiFolder, "root.cer"), oldRoot);
    await site.pki.reload();
    expect(site.pki.rootDigest).toBe(rootDigest);
    expect(await seenBy(site, trusting(Uint8Array.from(oldRoot)), site.clock.now())).toEqual(ALL_GOOD);
    const chain = await readerOf(site, await identityOf(site, "bed-7"), "bed-7");
    expect(codeOf(verifyReader(chain, trusting(Uint8Array.from(oldRoot)), site.clock.now()))).toBe("ok");
  });

  it("never writes over a key", async () => {
    await site.open();
    const taken = await site.file("taken.key", "the key of somebody else");
    const again = rotateRoot({ ...site.ceremony, rootKeyFile: site.rootKeyFile, newRootKeyFile: taken });
    await expect(again).rejects.toEqual(coded("root-key-exists"));
    await access(taken);
  });
});
