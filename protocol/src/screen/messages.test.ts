import { describe, expect, it } from "vitest";
import { FromScreen, ToScreen } from "./index.js";

const begin = { type: "enrol-begin", operatorCode: "482913", givenName: "Anna", familyName: "Rossi" } as const;
const anna = {
  staffId: "anna",
  givenName: "Anna",
  familyName: "Rossi",
  role: "nurse",
  wards: ["Cardiology"],
  epoch: 1,
};
const answer = (people: unknown, search: unknown = "ros") => ({
  type: "answer",
  command: "enrol-search",
  answer: { search, people },
});

describe("what begins an enrolment", () => {
  it.each([
    ["somebody new", begin],
    ["a person from the records", { ...begin, staffId: "anna", purpose: "first" }],
    ["a renewal", { ...begin, staffId: "anna", purpose: "renewal" }],
    [
      "a new phone, with a second operator and the consent",
      { ...begin, staffId: "anna", purpose: "replacement", secondOperatorCode: "12-k7fq-9x2m-4c", consent: "v2" },
    ],
  ])("may be for %s", (_what, message) => {
    expect(FromScreen.parse(message)).toEqual(message);
  });

  it.each([
    ["an id that is none", { staffId: "Anna Rossi" }],
    ["an id without end", { staffId: "a".repeat(64) }],
    ["a purpose of its own", { purpose: "upgrade" }],
    ["a second code too short", { secondOperatorCode: "123" }],
    ["a second code without end", { secondOperatorCode: "1".repeat(33) }],
    ["a consent that is no version", { consent: "I agree" }],
    ["a way without a face, which this kiosk has no screen for", { way: "phone-pin" }],
    ["anything else", { epoch: 2 }],
  ])("may not carry %s", (_what, more) => {
    expect(FromScreen.safeParse({ ...begin, ...more }).success).toBe(false);
  });
});

describe("a search for the person", () => {
  it("takes the operator's code and what to look for, without blanks around it", () => {
    const search = { type: "enrol-search", operatorCode: "482913", search: " ros " };
    expect(FromScreen.parse(search)).toEqual({ ...search, search: "ros" });
  });

  it.each([
    ["no code", { operatorCode: undefined }],
    ["one letter", { search: "r" }],
    ["a text without end", { search: "r".repeat(81) }],
    ["anything else", { limit: 1_000 }],
  ])("is refused with %s", (_what, change) => {
    const search = { type: "enrol-search", operatorCode: "482913", search: "ros", ...change };
    expect(FromScreen.safeParse(search).success).toBe(false);
  });

  it("is answered with ten people at most, and nothing about them but who they are", () => {
    expect(ToScreen.safeParse(answer([anna])).success).toBe(true);
    expect(ToScreen.safeParse(answer(Array.from({ length: 10 }, () => anna))).success).toBe(true);
    expect(ToScreen.safeParse(answer(Array.from({ length: 11 }, () => anna))).success).toBe(false);
    expect(ToScreen.safeParse(answer([{ ...anna, hrId: "4711" }])).success).toBe(false);
  });
});
