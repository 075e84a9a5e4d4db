import { chmod, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hours, minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeRecoveryFile } from "./recovery-file.js";
import { PASSWORD, passwordAdministrator, setUp } from "./testing/password-administrator.js";
import { TestConsole } from "./testing/test-console.js";
import { totpCode } from "./totp.js";

let site: TestConsole;
beforeEach(async () => {
  site = await TestConsole.start();
});
afterEach(() => site.remove());

describe("the first administrator", () => {
  it("comes in once by the link in a file that nobody else reads, and chooses a passkey", async () => {
    const secret = await setUp(site);
    const file = join(site.folder, "first-administrator.link");
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
    const first = await setUp(site);
    const second = await setUp(site);
    expect((await site.visitor().register(first, "anna")).code).toBe("invitation-refused");
    site.now += hours(24);
    expect((await site.visitor().register(second, "anna")).code).toBe("invitation-refused");
  });

  it("may come in with a password and an app's code instead, each code counting once", async () => {
    const totpSecret = await passwordAdministrator(site);
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
    const secret = await setUp(site);
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
    await chmod(join(site.folder, "recover-administrator.json"), 0o644);
    expect((await site.visitor().register(readable.secret, "anna")).code).toBe("invitation-refused");
  });
});
