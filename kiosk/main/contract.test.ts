import { readFileSync } from "node:fs";
import { PostureMessage } from "@wardkey/protocol/screen";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COVERS_CHANNEL, INPUT_CHANNEL, isFromKiosk, POSTURE_CHANNEL, readPosture, type Sender } from "./contract.js";

const near = fc.record(
  {
    v: fc.constantFrom<unknown>(1, 1, 1, 2, "1"),
    posture: fc.constantFrom<unknown>("cover", "bar", "bar", "open", null),
    height: fc.oneof(fc.integer({ min: 40, max: 250 }), fc.double(), fc.constantFrom<unknown>("72", null)),
    more: fc.anything(),
  },
  { requiredKeys: ["v", "posture"] },
);

describe("a message from the page", () => {
  it("is read as the protocol says, whatever comes", () => {
    fc.assert(
      fc.property(fc.oneof(near, fc.anything()), (value) => {
        const parsed = PostureMessage.safeParse(value);
        expect(readPosture(value)).toEqual(parsed.success ? parsed.data : null);
      }),
      { numRuns: 2_000 },
    );
  });

  it("is read when it is one", () => {
    const message = { v: 1, posture: "bar", height: 72 };
    expect(readPosture(message)).toEqual(message);
  });
});

describe("a sender", () => {
  const expected = { contents: 7, agent: new URL("http://127.0.0.1:7410/") };
  const page: Sender = { contents: 7, isMainFrame: true, address: "http://127.0.0.1:7410/" };

  it("is heard when it is the agent's page in the kiosk's window", () => {
    expect(isFromKiosk(page, expected)).toBe(true);
    expect(isFromKiosk({ ...page, address: "http://127.0.0.1:7410/#token=x" }, expected)).toBe(true);
  });

  it.each<[string, Partial<Sender>]>([
    ["another window", { contents: 8 }],
    ["a frame inside the page", { isMainFrame: false }],
    ["a frame that has gone", { address: null }],
    ["another origin", { address: "http://127.0.0.1:7420/" }],
    ["another document of the agent", { address: "http://127.0.0.1:7410/other" }],
    ["the agent's page with a query", { address: "http://127.0.0.1:7410/?x=1" }],
    ["the shell's own waiting page", { address: "wardkey-shell://waiting/" }],
    ["an empty document", { address: "about:blank" }],
    ["no address at all", { address: "" }],
  ])("is not heard when it is %s", (_what, change) => {
    expect(isFromKiosk({ ...page, ...change }, expected)).toBe(false);
  });
});

it("the preload sends on one channel and asks on two, and knows no other", () => {
  const preload = readFileSync(new URL("../preload/preload.cts", import.meta.url), "utf8");
  expect(preload.match(/wardkey:[\w-]+/g)).toEqual([POSTURE_CHANNEL, INPUT_CHANNEL, COVERS_CHANNEL]);
  expect(preload.match(/ipcRenderer\.\w+\("[^"]+"/g)).toEqual([
    `ipcRenderer.send("${POSTURE_CHANNEL}"`,
    `ipcRenderer.invoke("${INPUT_CHANNEL}"`,
    `ipcRenderer.invoke("${COVERS_CHANNEL}"`,
  ]);
});
