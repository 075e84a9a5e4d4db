import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner } from "../credential/p256.js";
import { DOWNLINK_USAGE_OID, downlinkUri, POLICY_USAGE_OID, policyUri } from "../credential/site-trust.js";
import { issueRoot, issueSigner, KEYS, NOW, SITE } from "../tap/test-support/site.js";
import { days, instant } from "../units.js";
import { JOURNAL_GENESIS, JournalHasher, journalHash } from "./journal-hash.js";
import { journalHashInBrowser, leafInBrowser, proveConsistency, proveInclusion, proveTreeHead } from "./log-proof.js";
import {
  consistencyRanges,
  foldPeaks,
  type Hash,
  inclusionRanges,
  type LeafRange,
  leafHash,
  rootOf,
} from "./merkle.js";
import { signDownward, TO_ALL } from "./signed.js";
import type { JournalEvent } from "./site-api.js";
import { ecdsaRaw } from "./web-crypto.js";

const text = (hash: Uint8Array): string => Buffer.from(hash).toString("base64url");
const leavesOf = (size: number): Hash[] =>
  Array.from({ length: size }, (_, index) => leafHash(Buffer.from(`${index}`)));
const hashOf = (leaves: readonly Hash[], { start, end }: LeafRange): Hash => rootOf(leaves.slice(start, end));
const hashesOf = (leaves: readonly Hash[], ranges: readonly LeafRange[]) =>
  ranges.map((range) => hashOf(leaves, range));

const trees = fc
  .integer({ min: 1, max: 40 })
  .chain((second) => fc.record({ second: fc.constant(second), first: fc.nat({ max: second }) }));

describe("in a browser, by its own cryptography", () => {
  it("an event's hash and leaf are those that the server computed, whatever the event holds", async () => {
    const hasher = new JournalHasher();
    const value = fc.oneof(
      fc.string({ maxLength: 80, unit: "binary" }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    );
    const entry = fc.record({
      seq: fc.integer({ min: 1, max: 2 ** 40 }),
      id: fc.uuid(),
      at: fc.integer({ min: 0, max: 2 ** 45 }),
      kind: fc.constantFrom("tap.refused", "session.unlocked"),
      body: fc.dictionary(fc.string({ minLength: 1, maxLength: 30, unit: "binary" }), value, { maxKeys: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(entry, fc.stringMatching(/^[a-z0-9-]{1,63}$/), async (given, source) => {
        const hash = text(journalHash(JOURNAL_GENESIS, given));
        const event: JournalEvent = { ...given, hash };
        expect(await journalHashInBrowser(null, event)).toBe(hash);
        hasher.chain(text(JOURNAL_GENESIS), given);
        const leaf = Buffer.from(hasher.leaf(source, given.seq, hash), "binary");
        expect(text(await leafInBrowser({ ...event, source }))).toBe(text(leaf));
      }),
      { numRuns: 200 },
    );
  });

  it("every leaf is proven to be in its tree, and no other leaf, place or tree is", async () => {
    await fc.assert(
      fc.asyncProperty(trees, fc.nat(), async ({ second: size }, at) => {
        const leaves = leavesOf(size);
        const index = at % size;
        const leaf = leaves[index] ?? new Uint8Array();
        const claim = {
          index,
          size,
          leaf,
          proof: hashesOf(leaves, inclusionRanges(index, size)),
          root: rootOf(leaves),
        };
        const proven = await proveInclusion(claim);
        expect(proven.holds).toBe(true);
        expect(text(proven.walk.at(-1)?.made ?? leaf)).toBe(text(claim.root));
        expect((await proveInclusion({ ...claim, leaf: leafHash(Buffer.from("other")) })).holds).toBe(false);
        expect((await proveInclusion({ ...claim, index: size })).holds).toBe(false);
        expect((await proveInclusion({ ...claim, proof: [...claim.proof, leaf] })).holds).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it("every tree is proven to begin every later one, and one whose past was changed never is", async () => {
    await fc.assert(
      fc.asyncProperty(trees, async ({ first, second }) => {
        const leaves = leavesOf(second);
        const changed = leaves.map((leaf, index) => (index === 0 ? leafHash(Buffer.from("changed")) : leaf));
        const proof = hashesOf(leaves, consistencyRanges(first, second));
        const claim = { first, second, firstRoot: rootOf(leaves.slice(0, first)), secondRoot: rootOf(leaves), proof };
        expect(await proveConsistency(claim)).toBe(true);
        if (first === 0) return;
        const forked = {
          ...claim,
          secondRoot: rootOf(changed),
          proof: hashesOf(changed, consistencyRanges(first, second)),
        };
        expect(await proveConsistency(forked)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});

const rootDer = issueRoot(KEYS.root);
const roots = [rootDer];
const body = { size: 3, root: text(foldPeaks([leafHash(Buffer.from("1"))])), at: NOW };
const signer = (usage: string, uri: string) => ({
  chain: [issueSigner({ usage, uri })],
  sign: createSigner(KEYS.signer.privateKey),
});
const downlink = signer(DOWNLINK_USAGE_OID, downlinkUri(SITE));
const signed = (change: { at?: number; epoch?: number } = {}, by = downlink): Promise<string> =>
  signDownward(
    {
      site: SITE,
      audience: TO_ALL,
      epoch: change.epoch ?? body.size,
      kind: "tree-head",
      body: { ...body, at: change.at ?? body.at },
      issuedAt: NOW,
      expiresAt: instant(NOW + days(30)),
      id: "01a3a0c0-0000-7000-8000-000000000001",
    },
    by,
  );

describe("a signed tree head in a browser", () => {
  it("is proven down to the site's root, which is named by its digest", async () => {
    const digest = createHash("sha256").update(rootDer).digest("base64url");
    expect(await proveTreeHead(await signed(), { site: SITE, roots })).toMatchObject({
      ok: true,
      head: body,
      root: digest,
    });
  });

  it("is refused when anything about it is another", async () => {
    const honest = await signed();
    const [header = "", payload = "", signature = ""] = honest.split(".");
    const larger = Buffer.from(payload, "base64url").toString().replace('"size":3', '"size":4');
    const forged = Buffer.from(larger.replace('"epoch":3', '"epoch":4')).toString("base64url");
    const policyKey = signer(POLICY_USAGE_OID, policyUri(SITE));
    const elsewhere = signer(DOWNLINK_USAGE_OID, downlinkUri("other-site"));
    const cases: [string, string, { site: string; roots: Uint8Array[] }][] = [
      ["head-signature", `${header}.${forged}.${signature}`, { site: SITE, roots }],
      ["head-malformed", `${header}.${Buffer.from(larger).toString("base64url")}.${signature}`, { site: SITE, roots }],
      ["head-malformed", `${header}.${payload}`, { site: SITE, roots }],
      ["head-malformed", "<script>", { site: SITE, roots }],
      ["head-site", honest, { site: "other-site", roots }],
      ["certificate-untrusted", honest, { site: SITE, roots: [issueRoot(KEYS.reader)] }],
      ["certificate-untrusted", honest, { site: SITE, roots: [] }],
      ["root-malformed", honest, { site: SITE, roots: [Uint8Array.of(1, 2, 3)] }],
      ["root-expired", await signed({ at: NOW + days(4_000) }), { site: SITE, roots }],
      ["certificate-usage", await signed({}, policyKey), { site: SITE, roots }],
      ["certificate-site", await signed({}, elsewhere), { site: SITE, roots }],
    ];
    for (const [code, jws, trust] of cases) expect(await proveTreeHead(jws, trust)).toEqual({ ok: false, code });
  });
});

describe("a signature of a certificate", () => {
  it("is read whatever the length of its numbers, and garbage is not", () => {
    expect(ecdsaRaw(Uint8Array.of(0x30, 6, 2, 1, 5, 2, 1, 7))?.[31]).toBe(5);
    expect(ecdsaRaw(Uint8Array.of(0x30, 7, 2, 2, 0, 200, 2, 1, 7))?.[31]).toBe(200);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 90 }), (bytes) => {
        const raw = ecdsaRaw(bytes);
        expect(raw === undefined || raw.length === 64).toBe(true);
      }),
    );
  });
});
