import { type Clock, instant, milliseconds, minutes } from "@wardkey/protocol";
import { describe, expect, it } from "vitest";
import { Prompts } from "./index.js";

const clock: Clock = { now: () => instant(1_000), monotonic: () => 0 };

function prompts(patience = minutes(1)): { prompts: Prompts; changes: () => number } {
  let ids = 0;
  let changes = 0;
  const made = new Prompts({
    clock,
    patience,
    makeId: () => `prompt-${++ids}`,
    onChange: () => {
      changes += 1;
    },
  });
  return { prompts: made, changes: () => changes };
}

const QUESTION = { kind: "biometric", kiosk: "Ward 3 desk" } as const;

describe("prompts", () => {
  it("puts one question before the owner and hears the answer", async () => {
    const { prompts: one, changes } = prompts();
    const answer = one.ask(QUESTION, new AbortController().signal);
    expect(one.current()).toEqual({ ...QUESTION, id: "prompt-1", until: 61_000 });
    expect({
      other: one.answer("prompt-0", true),
      this: one.answer("prompt-1", true),
      twice: one.answer("prompt-1", true),
    }).toEqual({
      other: false,
      this: true,
      twice: false,
    });
    expect({ answer: await answer, after: one.current(), changes: changes() }).toEqual({
      answer: "granted",
      after: null,
      changes: 2,
    });
  });

  it("takes a no for a no", async () => {
    const { prompts: one } = prompts();
    const answer = one.ask(QUESTION, new AbortController().signal);
    one.answer("prompt-1", false);
    expect(await answer).toBe("denied");
  });

  it("gives no answer when nobody gave one in time", async () => {
    const { prompts: one } = prompts(milliseconds(10));
    expect(await one.ask(QUESTION, new AbortController().signal)).toBe("no-answer");
  });

  it("withdraws the question when the reader goes away", async () => {
    const { prompts: one } = prompts();
    const gone = new AbortController();
    const answer = one.ask(QUESTION, gone.signal);
    gone.abort();
    expect({ answer: await answer, after: one.current() }).toEqual({ answer: "no-answer", after: null });
  });

  it("asks no second question while one waits", async () => {
    const { prompts: one } = prompts();
    void one.ask(QUESTION, new AbortController().signal);
    expect(await one.ask(QUESTION, new AbortController().signal)).toBe("no-answer");
    expect(one.current()?.id).toBe("prompt-1");
    one.answer("prompt-1", false);
  });
});
