import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from "@wardkey/protocol/screen";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JPEG, type Page, ScreenRoom, someView, TOKEN } from "../testing/screen-room.js";

let room: ScreenRoom;
beforeEach(async () => {
  room = await ScreenRoom.open();
});
afterEach(() => room.close());

describe("a hostile page (threats row 24)", () => {
  it.each([
    ["another origin", { origin: "https://evil.example" }, "403"],
    ["a null origin", { origin: "null" }, "403"],
    ["a name that resolves here", { host: "kiosk.evil.example" }, "421"],
  ])("cannot connect from %s", async (_what, headers, status) => {
    await expect(room.page(TOKEN, { headers })).rejects.toThrow(status);
  });

  it("is not served under another name (DNS rebinding)", async () => {
    const { request } = await import("node:http");
    const status = await new Promise((resolve) => {
      request(room.server.url, { headers: { host: "evil.example" } }, (response) => resolve(response.statusCode)).end();
    });
    expect(status).toBe(421);
  });

  it("gets three tries at the token, and no view meanwhile", async () => {
    room.server.show(someView());
    const page = await room.page("wrong");
    page.say({ type: "hello", token: `${TOKEN}x` });
    page.say({ type: "hello", token: "" });
    expect(await page.closed).toBe(4401);
    expect(page.messages).toEqual([
      { type: "refused", command: "hello", code: "wrong-token" },
      { type: "refused", command: "hello", code: "wrong-token" },
    ]);
  });

  it("has five seconds to show the token", async () => {
    const page = await room.page(null);
    await page.heard();
    await room.time.advance(5_000);
    expect(await page.closed).toBe(4401);
  });

  it.each([
    ["a command", (page: Page) => page.say({ type: "lock-now" })],
    ["a frame", (page: Page) => page.frame()],
    ["noise", (page: Page) => page.raw("}{")],
  ])("is cut off when %s comes before the token", async (_what, send) => {
    const page = await room.page(null);
    send(page);
    expect(await page.closed).toBe(4401);
    expect([room.commands, room.frames]).toEqual([[], []]);
  });

  it.each([
    ["no JSON", "hello?"],
    ["an unknown message", JSON.stringify({ type: "unlock" })],
    [
      "an unlock that pretends to be a view",
      JSON.stringify({ type: "view", view: { session: { state: "unlocked" } } }),
    ],
    ["an extra key", JSON.stringify({ type: "lock-now", force: true })],
    ["a second greeting", JSON.stringify({ type: "hello", token: TOKEN })],
    ["the wrong type", JSON.stringify({ type: "enrol-codes", agree: "yes" })],
    ["a prototype", '{"type":"stay","__proto__":{"agree":true}}'],
    [
      "an operator code without end",
      JSON.stringify({ type: "enrol-begin", operatorCode: "1".repeat(33), givenName: "A", familyName: "" }),
    ],
    ["a message too long", JSON.stringify({ type: "hello", token: "x".repeat(MAX_MESSAGE_BYTES) })],
    ["a frame of another kind", Buffer.from([2, 0, 0, 0, 1, ...JPEG])],
    ["a frame that is no picture", Buffer.from([1, 0, 0, 0, 1, 0x47, 0x49, 0x46])],
    ["a frame without a header", Buffer.from([1])],
    ["nothing at all", Buffer.alloc(0)],
  ])("is cut off after %s, and nothing happened", async (_what, data) => {
    const page = await room.page();
    page.raw(data);
    expect(await page.closed).toBe(4400);
    expect([room.commands, room.frames]).toEqual([[], []]);
  });

  it("is cut off when a frame is larger than any", async () => {
    const page = await room.page();
    page.frame(1, Buffer.concat([JPEG, Buffer.alloc(MAX_FRAME_BYTES)]));
    expect(await page.closed).toBe(1009);
    expect(room.frames).toEqual([]);
  });

  it("is cut off when it floods, and its frames beyond twenty a second are dropped", async () => {
    const flooder = await room.page();
    for (let each = 0; each < 60; each++) flooder.say({ type: "stay" });
    expect(await flooder.closed).toBe(4400);
    const filmer = await room.page();
    for (let each = 0; each < 60; each++) filmer.frame(each);
    await filmer.heard();
    expect(room.frames).toHaveLength(20);
  });

  it("cannot keep a session from being idle more than once a second", async () => {
    const page = await room.page();
    for (let each = 0; each < 5; each++) page.say({ type: "activity" });
    await page.heard();
    expect(room.commands).toEqual([{ type: "activity" }]);
  });

  it("is told that its pictures prove nothing where the profile says so", async () => {
    room.frameAnswer = { ok: false, code: "camera-unattested" };
    const page = await room.page();
    page.frame();
    expect(await page.until(1)).toEqual([{ type: "refused", command: "frame", code: "camera-unattested" }]);
  });

  it("finds no more than twelve places", async () => {
    for (let each = 0; each < 12; each++) await room.page();
    await expect(room.page()).rejects.toThrow("503");
  });

  it("breaks nothing with any bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json(), fc.uint8Array()), async (data) => {
        const page = await room.page();
        page.raw(typeof data === "string" ? data : Buffer.from(data));
        expect(await page.closed).toBe(4400);
      }),
      { numRuns: 100 },
    );
    expect(room.commands).toEqual([]);
    expect((await fetch(`${room.server.url}livez`)).status).toBe(200);
  });
});
