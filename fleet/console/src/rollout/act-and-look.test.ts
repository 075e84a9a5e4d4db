import { describe, expect, it } from "vitest";
import { Refused } from "../api/ask.js";
import { actAndLook } from "./act-and-look.js";

const lost = async (): Promise<never> => {
  throw new Refused("lost");
};
/** A site whose answers to looks are these, one after another. */
function site(act: () => Promise<unknown>, ...looks: (string | null)[]) {
  const did: string[] = [];
  const outcome = actAndLook<string>({
    act: async () => {
      did.push("act");
      return act();
    },
    look: async () => {
      const state = looks.shift() ?? null;
      did.push("look");
      return state ?? lost();
    },
    isDone: (state) => state === "halted",
    wait: async () => undefined,
  });
  return outcome.then(
    () => ({ done: true, did }),
    (error: Refused) => ({ code: error.code, did }),
  );
}

describe("an act on a roll-out whose connection is lost", () => {
  it("is done once, and what became of it is seen", async () => {
    expect(await site(async () => "ok")).toEqual({ done: true, did: ["act"] });
    expect(await site(lost, null, "halted")).toEqual({ done: true, did: ["act", "look", "look"] });
  });

  it("that the site did not get is told so, and may be asked again", async () => {
    expect(await site(lost, "running")).toEqual({ code: "act-not-done", did: ["act", "look"] });
  });

  it("is unknown while the site does not answer, and is not sent again", async () => {
    expect(await site(lost)).toEqual({ code: "act-unknown", did: ["act", "look", "look", "look", "look"] });
  });

  it("that the site refuses is refused", async () => {
    const refused = async (): Promise<never> => {
      throw new Refused("rollout-none");
    };
    expect(await site(refused, "halted")).toEqual({ code: "rollout-none", did: ["act"] });
  });
});
