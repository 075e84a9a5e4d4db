import { minutes } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { PASSWORD, passwordAdministrator } from "./testing/password-administrator.js";
import { TestConsole } from "./testing/test-console.js";
import { totpCode } from "./totp.js";

let site: TestConsole;
beforeEach(async () => {
  site = await TestConsole.start();
});
afterEach(() => site.remove());

describe("signing in with a password", () => {
  it("slows guessing down, also over a restart, and says nothing about who exists", async () => {
    const totpSecret = await passwordAdministrator(site);
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
    const totpSecret = await passwordAdministrator(site);
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
    await passwordAdministrator(site);
    site.now += minutes(1);
    const body = { login: "anna", password: "wrong wrong wrong", code: "000000" };
    const guesses = Array.from({ length: 9 }, () => site.visitor().call("POST", "/v1/session/password", body));
    const codes = (await Promise.all(guesses)).map(({ code }) => code);
    const locked = codes.filter((code) => code === "sign-in-locked");
    expect([codes.filter((code) => code === "sign-in-refused").length, locked.length]).toEqual([4, 5]);
  });
});
