import { describe, expect, it } from "vitest";
import { answerShell, BLIND_PAGE, isShellPage, SHELL_POLICY, WAITING_PAGE } from "./waiting.js";

describe("the shell's own pages", () => {
  it("say in three languages that the screen waits and is locked, without a script", () => {
    const { status, body } = answerShell("GET", WAITING_PAGE);
    expect(status).toBe(200);
    expect(["One moment", "Un momento", "Μια στιγμή"].every((line) => body.includes(line))).toBe(true);
    expect(body).not.toMatch(/<script|\son\w+=|style="|javascript:/i);
  });

  it("show nothing on another monitor", () => {
    expect(answerShell("GET", BLIND_PAGE).body).toContain("<main></main>");
  });

  it.each([
    "wardkey-shell://shell/",
    "wardkey-shell://shell/../waiting",
    "wardkey-shell://shell/waiting?x",
    "wardkey-shell://shell/%2e%2e/%2e%2e/etc/passwd",
    "wardkey-shell://other/waiting",
    "wardkey-shell://shell/constructor",
    "constructor",
    "file:///etc/passwd",
  ])("are three and no more: %s", (address) => {
    expect(answerShell("GET", address)).toEqual({ status: 404, type: "text/plain", body: "" });
    expect(isShellPage(address)).toBe(false);
  });

  it("take nothing that is sent", () => {
    expect(answerShell("POST", WAITING_PAGE).status).toBe(405);
  });

  it("may load their style and nothing else", () => {
    expect(SHELL_POLICY).toContain("default-src 'none'; style-src 'self'");
  });
});
