import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { anna, ScreenRoom, someView } from "../testing/screen-room.js";

let room: ScreenRoom;
beforeEach(async () => {
  room = await ScreenRoom.open();
});
afterEach(() => room.close());

describe("the kiosk's own page", () => {
  it("is served with a strict policy, and the document is kept nowhere", async () => {
    const document = await fetch(room.server.url);
    expect(document.headers.get("content-security-policy")).toContain("default-src 'self'");
    expect(document.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(document.headers.get("cache-control")).toBe("no-store");
    expect(await document.text()).toContain("kiosk");
    expect((await fetch(`${room.server.url}../../etc/passwd`)).status).toBe(404);
  });

  it("gets the view at once and at each change", async () => {
    room.server.show(someView());
    const page = await room.page();
    await page.until(1);
    room.server.show(someView());
    expect(await page.until(2)).toEqual([
      { type: "view", view: someView() },
      { type: "view", view: someView() },
    ]);
  });

  it("is told which command was refused", async () => {
    const page = await room.page();
    page.say({ type: "stay" });
    expect(await page.until(1)).toEqual([{ type: "refused", command: "stay", code: "not-leaving" }]);
  });

  it("alone is told whom it looked for; a page that looks on is not", async () => {
    const [page, onlooker] = [await room.page(), await room.page()];
    page.say({ type: "enrol-search", operatorCode: "482913", search: "ros" });
    expect(await page.until(1)).toEqual([
      { type: "answer", command: "enrol-search", answer: { search: "ros", people: [anna] } },
    ]);
    await onlooker.heard();
    expect(onlooker.messages).toEqual([]);
  });

  it("drives the camera from the newest page that has one; one that only looks on takes nothing away", async () => {
    const first = await room.page();
    first.say({ type: "camera", state: "available" });
    first.frame(1);
    await first.heard();
    const onlooker = await room.page();
    await onlooker.heard();
    first.frame(2);
    await first.heard();
    const second = await room.page();
    second.frame(3);
    await second.heard();
    first.frame(4);
    expect(await first.until(1)).toEqual([{ type: "refused", command: "frame", code: "not-driving" }]);
    expect(room.frames.map((frame) => frame.sequence)).toEqual([1, 2, 3]);
    second.cut();
    await second.closed;
    await first.heard();
    expect(room.cameras).toEqual(["available", "available", "available"]);
  });
});

it("says which port is in use and how to choose another", async () => {
  const port = Number(new URL(room.server.url).port);
  const again = room.serve(port);
  await expect(again).rejects.toMatchObject({ code: "port-in-use", message: expect.stringContaining(`port ${port}`) });
});
