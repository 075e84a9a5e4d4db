import { hours, minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SoftPasskey } from "./testing/soft-passkey.js";
import { PAGE_TOKEN, TestConsole } from "./testing/test-console.js";
import type { Visitor } from "./testing/visitor.js";

let site: TestConsole;
beforeEach(async () => {
  site = await TestConsole.start();
});
afterEach(() => site.remove());

describe("signing in", () => {
  it("takes a passkey, gives a new secret each time, and ends the session that this browser had", async () => {
    const anna = await site.administrator("anna");
    const first = anna.cookie;
    expect((await anna.signIn()).status).toBe(200);
    expect(anna.cookie).not.toBe(first);
    const old = site.visitor();
    old.cookie = first;
    expect((await old.call("GET", "/v1/passkeys")).code).toBe("sign-in-needed");
    expect((await anna.call("GET", "/v1/passkeys")).status).toBe(200);
  });

  it("keeps the cookie from scripts and other sites, and only its hash in the database", async () => {
    const anna = await site.administrator("anna");
    const set = (await anna.signIn()).headers.get("set-cookie");
    expect(set).toMatch(/^wardkey=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(JSON.stringify(await site.database("sessions"))).not.toContain(anna.cookie?.split("=")[1]);
  });

  const forgeries: [string, (anna: Visitor, challenge: string) => object][] = [
    ["another origin", ({ passkey }, challenge) => passkey.sign({ challenge, origin: "http://evil.example" })],
    [
      "another relying party",
      ({ passkey }, challenge) => passkey.sign({ challenge, origin: site.origin, relyingParty: "evil.example" }),
    ],
    ["nobody verified", ({ passkey }, challenge) => passkey.sign({ challenge, origin: site.origin, verified: false })],
    ["another challenge", ({ passkey }) => passkey.sign({ challenge: "A".repeat(43), origin: site.origin })],
    ["an unknown passkey", (_anna, challenge) => new SoftPasskey().sign({ challenge, origin: site.origin })],
    [
      "a counter that goes back",
      ({ passkey }, challenge) => {
        passkey.counter = 0;
        return passkey.sign({ challenge, origin: site.origin });
      },
    ],
  ];
  for (const [name, forge] of forgeries) {
    it(`refuses an assertion with ${name}`, async () => {
      const anna = await site.administrator("anna");
      const visitor = site.visitor();
      const { body } = await visitor.call("POST", "/v1/session/passkey/options");
      const answer = await visitor.call("POST", "/v1/session/passkey", {
        response: forge(anna, String(body["challenge"])),
      });
      expect([answer.status, answer.code, visitor.cookie]).toEqual([401, "passkey-refused", null]);
    });
  }

  it("refuses an assertion that was used before", async () => {
    const anna = await site.administrator("anna");
    const { body } = await anna.call("POST", "/v1/session/passkey/options");
    const response = anna.passkey.sign({ challenge: String(body["challenge"]), origin: site.origin });
    expect((await anna.call("POST", "/v1/session/passkey", { response })).status).toBe(200);
    expect((await anna.call("POST", "/v1/session/passkey", { response })).code).toBe("passkey-refused");
  });

  it("lasts for half an hour without use and for twelve hours at most", async () => {
    const anna = await site.administrator("anna");
    for (let quarter = 0; quarter < 47; quarter += 1) {
      site.now += minutes(15);
      expect((await anna.call("GET", "/v1/passkeys")).status).toBe(200);
    }
    site.now += minutes(15);
    expect((await anna.call("GET", "/v1/passkeys")).code).toBe("sign-in-needed");
    await anna.signIn();
    site.now += minutes(30);
    expect((await anna.call("GET", "/v1/passkeys")).code).toBe("sign-in-needed");
  });
});

describe("what somebody signed in may do", () => {
  it("is bounded by the role, read anew at each request", async () => {
    const [anna, otto] = [await site.administrator("anna"), await site.administrator("otto", "operator")];
    expect((await anna.call("GET", "/v1/administrators")).status).toBe(200);
    expect((await otto.call("GET", "/v1/administrators")).code).toBe("access-refused");
    expect((await site.visitor().call("GET", "/v1/administrators")).code).toBe("sign-in-needed");
    await anna.call("DELETE", "/v1/administrators/otto");
    expect((await otto.call("GET", "/v1/passkeys")).code).toBe("sign-in-needed");
    expect((await otto.signIn()).code).toBe("passkey-refused");
  });

  it("reads alone with the page token of this start", async () => {
    const page = site.visitor();
    const headers = { authorization: `Bearer ${PAGE_TOKEN}` };
    expect((await page.call("GET", "/v1/approvals", undefined, headers)).status).toBe(200);
    expect((await page.call("GET", "/v1/administrators", undefined, headers)).code).toBe("access-refused");
    expect((await page.call("POST", "/v1/approvals", { kind: "device.wipe", args: {} }, headers)).code).toBe(
      "access-refused",
    );
  });

  it("may be lent to a program for a while, by a token that is shown once and does no more than its maker may", async () => {
    const otto = await site.administrator("otto", "operator");
    const about = { name: "Backup script", role: "viewer", days: 30 };
    expect((await otto.call("POST", "/v1/tokens", { ...about, role: "administrator" })).code).toBe("role-too-high");
    const made = await otto.call("POST", "/v1/tokens", about);
    const token = String(made.body["token"]);
    expect(token).toMatch(/^wk_[A-Za-z0-9_-]{43}$/);
    expect(JSON.stringify(await site.database("api_tokens"))).not.toContain(token);
    const program = site.visitor();
    const headers = { authorization: `Bearer ${token}` };
    expect((await program.call("GET", "/v1/approvals", undefined, headers)).status).toBe(200);
    expect((await program.call("POST", "/v1/tokens", about, headers)).code).toBe("session-needed");
    expect((await program.call("POST", "/v1/approvals", { kind: "device.wipe", args: {} }, headers)).code).toBe(
      "access-refused",
    );
    site.now += hours(30 * 24);
    expect((await program.call("GET", "/v1/approvals", undefined, headers)).code).toBe("sign-in-needed");
  });

  it("wants a fresh sign-in for what outlives the session, and leaves no one without a way in", async () => {
    const anna = await site.administrator("anna");
    const [{ id }] = (await anna.call("GET", "/v1/passkeys")).body as unknown as [{ id: string }];
    expect((await anna.call("DELETE", `/v1/passkeys/${id}`)).code).toBe("passkey-last");
    const second = new SoftPasskey();
    const options = await anna.call("POST", "/v1/passkeys/options");
    const response = second.register({ challenge: String(options.body["challenge"]), origin: site.origin });
    expect((await anna.call("POST", "/v1/passkeys", { response, name: "Key ring" })).status).toBe(201);
    expect((await anna.call("DELETE", `/v1/passkeys/${id}`)).status).toBe(204);
    site.now += minutes(11);
    expect((await anna.call("POST", "/v1/passkeys/options")).code).toBe("sign-in-again");
    expect((await anna.call("POST", "/v1/tokens", { name: "x", role: "viewer", days: 1 })).code).toBe("sign-in-again");
  });

  it("shows its sessions and ends them one by one", async () => {
    const anna = await site.administrator("anna");
    const other = site.visitor();
    other.passkey = anna.passkey;
    await other.signIn();
    const listed = (await anna.call("GET", "/v1/sessions")).body as unknown as { id: string; current: boolean }[];
    expect(listed.map(({ current }) => current).sort()).toEqual([false, true]);
    await anna.call("DELETE", `/v1/sessions/${listed.find(({ current }) => !current)?.id}`);
    expect((await other.call("GET", "/v1/sessions")).code).toBe("sign-in-needed");
    expect((await anna.call("DELETE", "/v1/session")).status).toBe(204);
    expect((await anna.call("GET", "/v1/sessions")).code).toBe("sign-in-needed");
  });
});

describe("a request from another site's page", () => {
  const foreign: [string, Record<string, string>][] = [
    ["another origin", { origin: "http://evil.example", "sec-fetch-site": "cross-site" }],
    ["another port of this machine", { origin: "http://localhost:1", "sec-fetch-site": "same-site" }],
    ["no origin at all", { origin: "", "sec-fetch-site": "" }],
    ["a hidden origin", { origin: "null", "sec-fetch-site": "cross-site" }],
    ["our origin, but fetched across sites", { "sec-fetch-site": "cross-site" }],
  ];
  for (const [name, headers] of foreign) {
    it(`is refused with ${name}, cookie or not`, async () => {
      const anna = await site.administrator("anna");
      expect((await anna.call("DELETE", "/v1/session", undefined, headers)).code).toBe("cross-site-refused");
      expect((await site.visitor().call("POST", "/v1/session/passkey/options", undefined, headers)).code).toBe(
        "cross-site-refused",
      );
      expect((await anna.call("GET", "/v1/passkeys")).status).toBe(200);
    });
  }

  it("may not read either, and is told nothing by CORS", async () => {
    const anna = await site.administrator("anna");
    const read = await anna.call("GET", "/v1/passkeys", undefined, {
      origin: "http://evil.example",
      "sec-fetch-site": "cross-site",
    });
    expect([read.code, read.headers.get("access-control-allow-origin")]).toEqual(["cross-site-refused", null]);
    expect(
      (await anna.call("OPTIONS", "/v1/passkeys", undefined, { origin: "http://evil.example" })).headers.get(
        "access-control-allow-origin",
      ),
    ).toBe(null);
  });
});
