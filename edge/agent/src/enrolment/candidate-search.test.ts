import type { Candidates } from "@wardkey/protocol/fleet";
import { beforeEach, describe, expect, it } from "vitest";
import { granted } from "../testing/simulated-site.js";
import type { SiteAnswer } from "../uplink/index.js";
import { CandidateSearch } from "./index.js";

const anna = {
  staffId: "anna",
  givenName: "Anna",
  familyName: "Rossi",
  role: "nurse",
  wards: ["Cardiology"],
  epoch: 1,
};
const asked = { operatorCode: "12-k7fq-9x2m", search: "ros" };

let search: CandidateSearch;
let hindrance: string | null;
let siteAnswer: SiteAnswer<Candidates> | Promise<SiteAnswer<Candidates>>;
let siteAsked: unknown[];
let notes: unknown[];

beforeEach(() => {
  [hindrance, siteAnswer, siteAsked, notes] = [null, granted({ people: [anna] }), [], []];
  search = new CandidateSearch({
    site: {
      post: async (path, body, schema) => {
        siteAsked.push([path, body]);
        const answer = await siteAnswer;
        return answer.ok ? granted(schema.parse(answer.value)) : answer;
      },
    },
    journal: { note: (kind, body) => void notes.push([kind, body]) },
    hindrance: () => hindrance,
  });
});

describe("looking for the person to enrol", () => {
  it("asks the site with the operator's code and hands on whom it may be, with what was asked", async () => {
    expect(await search.find(asked)).toEqual({ ok: true, answer: { search: "ros", people: [anna] } });
    expect(siteAsked).toEqual([["/v1/kiosk/candidates", asked]]);
    expect(notes).toEqual([]);
  });

  it("is refused with the site's code, and journaled without the code or the name that was typed", async () => {
    siteAnswer = { ok: false, code: "operator-code-wrong", reached: true };
    expect(await search.find(asked)).toEqual({ ok: false, code: "operator-code-wrong" });
    expect(notes).toEqual([["enrol.failed", { reason: "operator-code-wrong", step: "search" }]]);
  });

  it("does not even ask while nobody can be enrolled", async () => {
    hindrance = "session-open";
    expect(await search.find(asked)).toEqual({ ok: false, code: "session-open" });
    expect(siteAsked).toEqual([]);
  });

  it("does one search at a time, and the next once that has its answer", async () => {
    let answer: (found: SiteAnswer<Candidates>) => void = () => {};
    siteAnswer = new Promise((resolve) => {
      answer = resolve;
    });
    const first = search.find(asked);
    expect(await search.find(asked)).toEqual({ ok: false, code: "enrol-busy" });
    answer(granted({ people: [] }));
    expect(await first).toEqual({ ok: true, answer: { search: "ros", people: [] } });
    expect(await search.find(asked)).toMatchObject({ ok: true });
    expect(siteAsked).toHaveLength(2);
  });
});
