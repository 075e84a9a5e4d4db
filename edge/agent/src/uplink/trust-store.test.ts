import { generateKeyPairSync } from "node:crypto";
import { hours, instant } from "@wardkey/protocol";
import { verifyDevice } from "@wardkey/protocol/credential";
import { certificatesIn } from "@wardkey/protocol/fleet/est";
import { beforeAll, describe, expect, it } from "vitest";
import { FleetAuthority } from "../testing/fleet-authority.js";
import { TrustStore } from "./trust-store.js";

const NOW = instant(Date.UTC(2026, 10, 22, 8));
const SITE = "st-elsewhere";
const sent = (authority: FleetAuthority): readonly Uint8Array[] => certificatesIn(authority.authorities()) ?? [];
const ticketOf = (authority: FleetAuthority) => ({ site: SITE, rootDigest: authority.rootDigest });

let authority: FleetAuthority;
let first: TrustStore;
beforeAll(async () => {
  authority = await FleetAuthority.create(SITE, () => NOW);
  const begun = TrustStore.begin(ticketOf(authority), sent(authority));
  if (begun === null) throw new Error("the ticket's root is not there");
  first = begun.learn(sent(authority), NOW);
  await authority.rotateRoot();
});

describe("the roots that a kiosk trusts", () => {
  it("begin with the one that the ticket names, or not at all", async () => {
    const foreign = await FleetAuthority.create(SITE, () => NOW);
    expect(TrustStore.begin({ site: SITE, rootDigest: foreign.rootDigest }, sent(authority))).toBeNull();
    expect(first.trust.roots).toHaveLength(1);
  });

  it("grow by a root that one of them vouches for", () => {
    expect(first.learn(sent(authority), NOW).trust.roots).toHaveLength(2);
  });

  it("do not grow by a root that came without its cross-certificate, nor by anybody else's", async () => {
    const foreign = await FleetAuthority.create(SITE, () => NOW);
    await foreign.rotateRoot();
    const withoutCross = sent(authority).filter(
      (der) => !authority.crosses.some((cross) => Buffer.compare(cross, der) === 0),
    );
    for (const offered of [withoutCross, sent(foreign), []]) {
      expect(first.learn(offered, NOW).trust.roots).toEqual(first.trust.roots);
    }
  });

  it("are the same after a restart", () => {
    const grown = first.learn(sent(authority), NOW);
    expect(TrustStore.from(grown.toJSON())?.toJSON()).toEqual(grown.toJSON());
  });

  it("lead from a leaf under the new root to who still trusts only the old one", async () => {
    const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = Uint8Array.from(publicKey.export({ format: "der", type: "spki" }));
    const leaf = await authority.identity("kiosk-1", spki, hours(24));
    const chain = first.learn(sent(authority), NOW).chainOf(leaf, []);
    expect(verifyDevice(chain ?? [], first.trust, NOW)).toMatchObject({ ok: true, device: { device: "kiosk-1" } });
    expect(first.chainOf(leaf, [])).toBeNull();
  });
});
