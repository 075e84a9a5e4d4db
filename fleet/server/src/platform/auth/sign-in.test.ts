import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { hours, minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRecoveryFile } from "./recovery-file.js";
import { SoftPasskey } from "./testing/soft-passkey.js";
import { PAGE_TOKEN, TestConsole } from "./testing/test-console.js";
import type { Visitor } from "./testing/visitor.js";
import { totpCode } from "./totp.js";

const PASSWORD = "seven herons stood still";
let site: TestConsole;
beforeEach(async () => {
  site = await TestConsole.start();
});
afterEach(() => site.remove());

async function setUp(): Promise<{ secret: string; file: string }> {
  const secret = await site.auth.invitations.openSetUp((made) => `${site.origin}/#set-up=${made}`);
  if (secret === null) throw new Error("no set-up link");
  return { secret, file: join(site.folder, "first-administrator.link") };
}

async function passwordAdministrator(): Promise<{ visitor: Visitor; totpSecret: string }> {
  const { secret } = await setUp();
  const visitor = site.visitor();
  const who = { secret, login: "anna", name: "Anna Rossi" };
  const totp = await visitor.call("POST", "/v1/invitation/totp", who);
  const totpSecret = String(totp.body["secret"]);
  expect(String(totp.body["uri"])).toContain("otpauth://totp/");
  const given = { ...who, password: PASSWORD, totpSecret, code: totpCode(totpSecret, site.now) };
  expect((await visitor.call("POST", "/v1/invitation/password", given)).status).toBe(200);
  return { visitor, totpSecret };
}

describe("the first administrator", () => {
  it("comes in once by the link in a file that nobody else reads, and chooses a passkey", async () => {
    const { secret, file } = await setUp();
    expect([(await stat(file)).mode & 0o777, await readFile(file, "utf8")]).toEqual([
      0o600,
      `${site.origin}/#set-up=${secret}\n`,
    ]);
    const anna = site.visitor();
    expect((await anna.call("POST", "/v1/invitation", { secret })).body).toMatchObject({
      kind: "set-up",
      role: "administrator",
      password: true,
    });
    const registered = await anna.register(secret, "anna");
    expect([registered.status, registered.body]).toEqual([
      200,
      { administrator: { id: "anna", name: "anna", role: "administrator" } },
    ]);
    expect((await anna.call("GET", "/v1/session")).body).toMatchObject({
      setUpNeeded: false,
      signedIn: { via: "session", means: "passkey", passkeys: 1 },
    });
    expect((await site.visitor().register(secret, "mallory")).code).toBe("invitation-refused");
    await expect(stat(file)).rejects.toMatchObject({ code: "ENOENT" });
    expect(await site.auth.invitations.openSetUp((made) => made)).toBe(null);
    expect(site.kinds()).toEqual(["admin.registered", "admin.signed-in"]);
  });

  it("is refused by a link that is too old, and by one of an earlier start", async () => {
    const first = await setUp();
    const second = await setUp();
    expect((await site.visitor().register(first.secret, "anna")).code).toBe("invitation-refused");
    site.now += hours(24);
    expect((await site.visitor().register(second.secret, "anna")).code).toBe("invitation-refused");
  });

  it("may come in with a password and an app's code instead, each code counting once", async () => {
    const { totpSecret } = await passwordAdministrator();
    const again = site.visitor();
    const signIn = (password: string, code: string) =>
      again.call("POST", "/v1/session/password", { login: "anna", password, code });
    expect((await signIn(PASSWORD, totpCode(totpSecret, site.now))).code).toBe("sign-in-refused");
    site.now += minutes(1);
    expect((await signIn(PASSWORD, totpCode(totpSecret, site.now))).status).toBe(200);
    expect((await again.call("GET", "/v1/session")).body).toMatchObject({
      signedIn: { means: "password", passkeys: 0 },
    });
    expect(await site.database("administrators").first("password_hash")).toEqual({
      password_hash: expect.stringMatching(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/),
    });
    expect(JSON.stringify(await site.database("administrators").first())).not.toContain(totpSecret);
    expect(site.logged.join("")).not.toContain(PASSWORD);
  });

  it("is told why a password will not do", async () => {
    const { secret } = await setUp();
    const visitor = site.visitor();
    const who = { secret, login: "anna", name: "Anna Rossi" };
    const totpSecret = String((await visitor.call("POST", "/v1/invitation/totp", who)).body["secret"]);
    const code = totpCode(totpSecret, site.now);
    const cases = [
      ["short", "password-short"],
      ["Password-2026!!", "password-common"],
      ["anna rossi 1980", "password-personal"],
    ] as const;
    for (const [password, expected] of cases) {
      expect([
        password,
        (await visitor.call("POST", "/v1/invitation/password", { ...who, password, totpSecret, code })).code,
      ]).toEqual([password, expected]);
    }
    const wrong = code === "000000" ? "111111" : "000000";
    expect(
      (await visitor.call("POST", "/v1/invitation/password", { ...who, password: PASSWORD, totpSecret, code: wrong }))
        .code,
    ).toBe("code-wrong");
  });
});

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

  it("slows guessing down, also over a restart, and says nothing about who exists", async () => {
    const { totpSecret } = await passwordAdministrator();
    const guess = (login: string, password: string, code = "000000") =>
      site.visitor().call("POST", "/v1/session/password", { login, password, code });
    const known = await guess("anna", "wrong wrong wrong");
    const unknown = await guess("nobody", "wrong wrong wrong");
    expect(known.body).toEqual(unknown.body);
    for (let tries = 0; tries < 3; tries += 1) await guess("anna", "wrong wrong wrong");
    await site.close();
    await site.open();
    site.now += 5_000;
    const locked = await guess("anna", PASSWORD, totpCode(totpSecret, site.now));
    expect([locked.status, locked.code, locked.headers.get("retry-after")]).toEqual([429, "sign-in-locked", "5"]);
    site.now += minutes(1);
    expect((await guess("anna", PASSWORD, totpCode(totpSecret, site.now))).status).toBe(200);
  });

  it("takes guesses that are sent together one by one: who is right among them waits too", async () => {
    const { totpSecret } = await passwordAdministrator();
    site.now += minutes(1);
    const guess = (password: string) =>
      site
        .visitor()
        .call("POST", "/v1/session/password", { login: "anna", password, code: totpCode(totpSecret, site.now) });
    const wrong = Array.from({ length: 6 }, () => guess("wrong wrong wrong"));
    // The database hears them in an order of its own: once one of them has to wait, the others are still being judged.
    await Promise.any(
      wrong.map(async (guessed) => {
        if ((await guessed).code !== "sign-in-locked") throw new Error("judged");
      }),
    );
    expect((await guess(PASSWORD)).code).toBe("sign-in-locked");
    await Promise.all(wrong);
  });

  it("judges no more guesses that are sent together than guesses one after the other", async () => {
    await passwordAdministrator();
    site.now += minutes(1);
    const body = { login: "anna", password: "wrong wrong wrong", code: "000000" };
    const guesses = Array.from({ length: 9 }, () => site.visitor().call("POST", "/v1/session/password", body));
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    const locked = codes.filter((code) => code === "sign-in-locked");
    expect([codes.filter((code) => code === "sign-in-refused").length, locked.length]).toEqual([4, 5]);
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

describe("coming in again", () => {
  it("works by a file that only the machine's owner can write, and closes what was open", async () => {
    const anna = await site.administrator("anna");
    const recover = () =>
      writeRecoveryFile({
        dataDir: site.folder,
        login: "anna",
        now: site.now,
        randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
      });
    const { secret } = await recover();
    const again = site.visitor();
    expect((await again.register(secret, "anna")).status).toBe(200);
    expect((await anna.call("GET", "/v1/passkeys")).code).toBe("sign-in-needed");
    expect((await anna.signIn()).code).toBe("passkey-refused");
    expect((await site.visitor().register(secret, "anna")).code).toBe("invitation-refused");
    const late = await recover();
    site.now += hours(1);
    expect((await site.visitor().register(late.secret, "anna")).code).toBe("invitation-refused");
    const readable = await recover();
    await writeFile(
      join(site.folder, "recover-administrator.json"),
      await readFile(join(site.folder, "recover-administrator.json")),
    );
    const { chmod } = await import("node:fs/promises");
    await chmod(join(site.folder, "recover-administrator.json"), 0o644);
    expect((await site.visitor().register(readable.secret, "anna")).code).toBe("invitation-refused");
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
