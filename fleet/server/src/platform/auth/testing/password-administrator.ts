import { expect } from "vitest";
import { totpCode } from "../totp.js";
import type { TestConsole } from "./test-console.js";

export const PASSWORD = "seven herons stood still";

/** The secret of the link by which the first administrator comes in. */
export async function setUp(site: TestConsole): Promise<string> {
  const secret = await site.auth.invitations.openSetUp((made) => `${site.origin}/#set-up=${made}`);
  if (secret === null) throw new Error("no set-up link");
  return secret;
}

/** Lets the first administrator, anna, come in with a password and an app's code; answers what the app keeps. */
export async function passwordAdministrator(site: TestConsole): Promise<string> {
  const secret = await setUp(site);
  const visitor = site.visitor();
  const who = { secret, login: "anna", name: "Anna Rossi" };
  const totp = await visitor.call("POST", "/v1/invitation/totp", who);
  const totpSecret = String(totp.body["secret"]);
  expect(String(totp.body["uri"])).toContain("otpauth://totp/");
  const given = { ...who, password: PASSWORD, totpSecret, code: totpCode(totpSecret, site.now) };
  expect((await visitor.call("POST", "/v1/invitation/password", given)).status).toBe(200);
  return totpSecret;
}
