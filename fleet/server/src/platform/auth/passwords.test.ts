import { describe, expect, it } from "vitest";
import { hashPassword, isPassword, judgePassword, type PasswordVerdict } from "./passwords.js";

describe("a password", () => {
  const cases: [string, PasswordVerdict][] = [
    ["seven herons stood still", "good"],
    ["correct horse battery staple", "password-common"],
    ["zK4!vq9#Lm2$", "good"],
    ["θάλασσα και ψωμί", "good"],
    ["elevenchars", "password-short"],
    ["😀😀😀😀😀😀", "password-short"],
    ["x".repeat(129), "password-long"],
    ["aaaaaaaaaaaa", "password-common"],
    ["ababababababab", "password-common"],
    ["123456789012", "password-common"],
    ["abcdefghijklmn", "password-common"],
    ["Password1234!", "password-common"],
    ["P@ssw0rdP@ssw0rd", "password-common"],
    ["qwertyuiop123", "password-common"],
    ["Welcome-Summer-2026", "password-common"],
    ["hospitaladmin", "password-common"],
    ["annarossi1980", "password-personal"],
    ["St-Mary-Rossi-7", "password-personal"],
    ["rossi met seven herons", "good"],
  ];
  for (const [password, verdict] of cases) {
    it(`"${password.slice(0, 30)}" is judged ${verdict}`, () => {
      expect(judgePassword(password, ["anna", "Anna Rossi", "St Mary"])).toBe(verdict);
    });
  }

  it("is kept salted by Argon2id, and reads the same however it was typed", async () => {
    const [one, other] = await Promise.all(
      [1, 2].map((seed) => hashPassword("Ångström sails", new Uint8Array(16).fill(seed))),
    );
    expect([one === other, one?.startsWith("$argon2id$v=19$m=19456,t=2,p=1$")]).toEqual([false, true]);
    expect(await isPassword("Ångström sails", one ?? "")).toBe(true);
    expect(await isPassword("Angstrom sails", one ?? "")).toBe(false);
  });
});
