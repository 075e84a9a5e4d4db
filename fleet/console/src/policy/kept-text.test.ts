import { describe, expect, it } from "vitest";
import { forgetText, keepText, keptText, type TextStore } from "./kept-text.js";

function storeOf(entries: Record<string, string> = {}): TextStore {
  const held = new Map(Object.entries(entries));
  return {
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
    removeItem: (key) => void held.delete(key),
  };
}
const forbidden = (): never => {
  throw new Error("storage is forbidden");
};

describe("what was typed and not saved", () => {
  it("is there again until it is forgotten, each draft's for itself", () => {
    const store = storeOf();
    const kept = { revision: 3, base: "{}", text: "{", at: 9 };
    expect([keepText(store, "a", kept), keptText(store, "a"), keptText(store, "b")]).toEqual([true, kept, null]);
    forgetText(store, "a");
    expect(keptText(store, "a")).toBe(null);
  });

  it("is nothing where a browser keeps nothing, or something of another page", () => {
    const closed = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    forgetText(closed, "a");
    expect([keepText(closed, "a", { revision: 1, base: "", text: "", at: 0 }), keptText(closed, "a")]).toEqual([
      false,
      null,
    ]);
    expect(keptText(storeOf({ "wardkey.policy-draft.a": "<script>" }), "a")).toBe(null);
    expect(keptText(storeOf({ "wardkey.policy-draft.a": '{"text":1}' }), "a")).toBe(null);
  });
});
