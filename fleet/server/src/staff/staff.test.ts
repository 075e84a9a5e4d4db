import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { days, minutes, seconds } from "@wardkey/protocol";
import { createSiteTrust, identifierWindow, rotatingIdentifier, verifyCredential } from "@wardkey/protocol/credential";
import { HolderTable, IssuedCredential } from "@wardkey/protocol/fleet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { credentialRequest, newKeyPair, spkiOf, TestKiosk, TestSite } from "../testing/test-site.js";

let site: TestSite;
let kiosk: TestKiosk;
beforeEach(async () => {
  site = await TestSite.make();
  await site.start();
  kiosk = await new TestKiosk(site).enrol();
});
afterEach(() => site.remove());

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));

async function enrol(facts: Record<string, unknown> = {}): Promise<IssuedCredential> {
  const { enrolment } = await kiosk.grant(facts);
  const issued = await kiosk.call("POST", `/v1/enrolments/${enrolment}/credential`, credentialRequest());
  return IssuedCredential.parse(issued.body);
}

describe("a supervised enrolment", () => {
  it("binds person, phone and template in a credential that verifies under the root", async () => {
    const grant = await kiosk.grant();
    expect(grant).toMatchObject({
      staffId: "anna-rossi",
      displayName: "Anna",
      epoch: 1,
      expiresAt: site.clock.now() + minutes(2),
    });
    expect(bytesOf(grant.templateKey)).toHaveLength(32);
    const phone = newKeyPair().publicKey;
    const request = credentialRequest(phone);
    const answer = await kiosk.call("POST", `/v1/enrolments/${grant.enrolment}/credential`, request);
    expect(answer.status).toBe(201);
    const issued = IssuedCredential.parse(answer.body);
    const made = createSiteTrust({ site: "st-mary", rootCertificate: site.running.rootCertificate });
    if (!made.ok) throw new Error(made.code);
    const now = site.clock.now();
    const verified = verifyCredential(bytesOf(issued.credential), made.trust, now);
    expect(verified).toEqual({
      ok: true,
      credential: {
        site: "st-mary",
        staffId: "anna-rossi",
        name: "Anna",
        holderKey: bytesOf(spkiOf(phone)),
        templateDigest: bytesOf(request["templateDigest"] ?? ""),
        epoch: 1,
        issuedAt: now,
        expiresAt: now + days(365),
      },
    });
  });

  it("puts the phone's identifiers and template key into the next table", async () => {
    const grant = await kiosk.grant();
    const answer = await kiosk.call("POST", `/v1/enrolments/${grant.enrolment}/credential`, credentialRequest());
    const { eidKey } = IssuedCredential.parse(answer.body);
    const table = HolderTable.parse(bytesOf((await kiosk.lease()).table));
    for (const ahead of [-1, 0, 1, 50, 96, 97]) {
      const window = identifierWindow(site.clock.now()) + ahead;
      const identifier = rotatingIdentifier({ eidKey: bytesOf(eidKey), site: "st-mary", window });
      const found = table.find(identifier, window);
      expect([ahead, found?.holder.staffId, found?.window]).toEqual([ahead, "anna-rossi", window]);
      expect(found?.holder.templateKey(1)).toEqual(bytesOf(grant.templateKey));
    }
  });

  it("gives one credential, to the kiosk that began, within two minutes", async () => {
    const other = await new TestKiosk(site, "bed-8").enrol();
    const { enrolment } = await kiosk.grant();
    const path = `/v1/enrolments/${enrolment}/credential`;
    expect((await other.call("POST", path, credentialRequest())).code).toBe("enrolment-unknown");
    const bad = { ...credentialRequest(), holderPublicKey: "AAAA" };
    expect((await kiosk.call("POST", path, bad)).code).toBe("holder-key-invalid");
    expect((await kiosk.call("POST", path, credentialRequest())).status).toBe(201);
    expect((await kiosk.call("POST", path, credentialRequest())).code).toBe("enrolment-used");

    const late = await kiosk.grant();
    site.clock.move(minutes(2));
    const expired = await kiosk.call("POST", `/v1/enrolments/${late.enrolment}/credential`, credentialRequest());
    expect([expired.status, expired.code]).toEqual([410, "enrolment-expired"]);
    expect((await kiosk.call("POST", "/v1/enrolments/nonsense/credential", credentialRequest())).code).toBe(
      "malformed",
    );
    expect((await site.overview()).people).toHaveLength(1);
  });

  it("gives one credential when the kiosk asks three times at once", async () => {
    const { enrolment } = await kiosk.grant();
    const asked = [1, 2, 3].map(() =>
      kiosk.call("POST", `/v1/enrolments/${enrolment}/credential`, credentialRequest()),
    );
    expect((await Promise.all(asked)).map(({ status }) => status).sort()).toEqual([201, 409, 409]);
  });

  it("makes two people of one name two people, also while both enrol", async () => {
    const [first, second] = [await kiosk.grant(), await kiosk.grant()];
    expect([first.staffId, second.staffId]).toEqual(["anna-rossi", "anna-rossi-2"]);
    const together = await Promise.all([1, 2, 3].map(() => kiosk.grant({ givenName: "Eva" })));
    expect(together.map(({ staffId }) => staffId).sort()).toEqual(["eva-rossi", "eva-rossi-2", "eva-rossi-3"]);
    await enrol();
    const ids = (await site.overview()).people.map((person) => person.staffId);
    expect(ids).toEqual(["anna-rossi-3"]);
    expect((await kiosk.grant({ givenName: "Ελένη", familyName: "" })).staffId).toBe("eleni");
    expect((await kiosk.grant({ givenName: "José", familyName: "O'Neill" })).staffId).toBe("jose-o-neill");
  });

  it("renews a known person with a new epoch, and the old phone leaves the table", async () => {
    const first = await enrol();
    expect((await kiosk.begin({ staffId: "anna-rossi" })).code).toBe("credential-active");
    const renewal = await kiosk.grant({ staffId: "anna-rossi", purpose: "renewal" });
    expect(renewal).toMatchObject({ staffId: "anna-rossi", displayName: "Anna", epoch: 2 });
    const window = identifierWindow(site.clock.now());
    const identifier = rotatingIdentifier({ eidKey: bytesOf(first.eidKey), site: "st-mary", window });
    const find = async (): Promise<number | null> =>
      HolderTable.parse(bytesOf((await kiosk.lease()).table)).find(identifier, window)?.holder.epoch ?? null;
    expect(await find()).toBe(1);
    await kiosk.call("POST", `/v1/enrolments/${renewal.enrolment}/credential`, credentialRequest());
    expect(await find()).toBeNull();
    expect((await site.overview()).people).toMatchObject([{ staffId: "anna-rossi", epoch: 2, credential: "active" }]);
    expect((await kiosk.begin({ staffId: "nobody" })).code).toBe("staff-unknown");
  });

  it("refuses a phone's key that already holds a credential", async () => {
    const phone = newKeyPair().publicKey;
    const first = await kiosk.grant();
    await kiosk.call("POST", `/v1/enrolments/${first.enrolment}/credential`, credentialRequest(phone));
    const second = await kiosk.grant({ givenName: "Eva" });
    const answer = await kiosk.call("POST", `/v1/enrolments/${second.enrolment}/credential`, credentialRequest(phone));
    expect([answer.status, answer.code]).toEqual([409, "holder-key-known"]);
    expect((await site.overview()).people).toHaveLength(1);
  });

  it("refuses names that would not print as written", async () => {
    for (const givenName of ["", "   ", "Anna\u202e", "An\u0000na", "A".repeat(41)]) {
      expect((await kiosk.begin({ givenName })).code).toBe("malformed");
    }
  });

  it("signs credentials that verify to their last day, whenever they were issued", async () => {
    const made = createSiteTrust({ site: "st-mary", rootCertificate: site.running.rootCertificate });
    if (!made.ok) throw new Error(made.code);
    for (let year = 0; year < 3; year += 1) {
      const { credential } = await enrol({ givenName: `Anna${year}` });
      site.clock.move(days(364));
      const verified = verifyCredential(bytesOf(credential), made.trust, site.clock.now());
      expect([year, verified.ok]).toEqual([year, true]);
    }
  });

  it("lets the credential show as expired when it is", async () => {
    await enrol();
    site.clock.move(days(366));
    expect((await site.overview()).people).toMatchObject([{ credential: "expired" }]);
  });
});

describe("the operator code", () => {
  const wrong = { operatorCode: "not-it" };

  it("backs off after wrong codes, also across a restart, and refuses the right one meanwhile", async () => {
    expect((await kiosk.begin(wrong)).code).toBe("operator-code-wrong");
    expect((await kiosk.begin(wrong)).code).toBe("operator-code-wrong");
    expect((await kiosk.begin(wrong)).code).toBe("operator-code-wrong");
    await site.restart();
    const locked = await kiosk.begin();
    expect([locked.status, locked.code, locked.headers.get("retry-after")]).toEqual([
      429,
      "operator-code-locked",
      "30",
    ]);
    expect(locked.body).toMatchObject({ retryAfterMs: 30_000 });
    site.clock.move(seconds(30));
    expect((await kiosk.begin(wrong)).code).toBe("operator-code-wrong");
    expect((await kiosk.begin()).body).toMatchObject({ retryAfterMs: 60_000 });
    site.clock.move(seconds(60));
    expect((await kiosk.begin()).status).toBe(201);
    expect((await kiosk.begin(wrong)).code).toBe("operator-code-wrong");
    expect((await kiosk.begin()).status).toBe(201);
  });

  it("counts guesses that are sent together one by one", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => kiosk.begin(wrong)));
    const codes = answers.map(({ code }) => code).sort();
    expect(codes).toEqual([...Array(5).fill("operator-code-locked"), ...Array(3).fill("operator-code-wrong")]);
  });

  it("never meets a log, nor does any token, name, key or body", async () => {
    const grant = await kiosk.grant({ givenName: "Canaria", familyName: "Canaletto" });
    const request = credentialRequest();
    const answer = await kiosk.call("POST", `/v1/enrolments/${grant.enrolment}/credential`, request);
    await kiosk.begin({ operatorCode: "my-guess-4711" });
    const { eidKey } = IssuedCredential.parse(answer.body);
    const log = site.logged.join("");
    expect(log).toContain('"route":"/v1/enrolments/:enrolment/credential"');
    const secrets = [
      await site.secret("operator-code"),
      await site.secret("bootstrap-token"),
      "my-guess-4711",
      "Canaria",
      "Canaletto",
      kiosk.token,
      grant.templateKey,
      eidKey,
      request["templateDigest"] ?? "",
      new URL(site.running.pageUrl).hash.replace("#token=", ""),
    ];
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  });
});

it("keeps template keys and identifier keys sealed in the database, and tokens only as hashes", async () => {
  const grant = await kiosk.grant();
  const answer = await kiosk.call("POST", `/v1/enrolments/${grant.enrolment}/credential`, credentialRequest());
  const { eidKey, credential } = IssuedCredential.parse(answer.body);
  await site.stop();
  const stored = await readFile(join(site.dataDir, "site.db"));
  const holds = (needle: Uint8Array): boolean => stored.includes(Buffer.from(needle));
  // The control: the search finds what is stored in the open.
  expect(holds(bytesOf(credential))).toBe(true);
  expect([holds(bytesOf(grant.templateKey)), holds(bytesOf(eidKey)), holds(Buffer.from(kiosk.token))]).toEqual([
    false,
    false,
    false,
  ]);
});
