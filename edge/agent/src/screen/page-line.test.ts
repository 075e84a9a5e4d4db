import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ScreenRoom, someView, TOKEN } from "../testing/screen-room.js";

let room: ScreenRoom;
beforeEach(async () => {
  room = await ScreenRoom.open();
});
afterEach(() => room.close());

describe("the page that covers", () => {
  it("is told apart from others by what each answers, and from itself once it has gone", async () => {
    const [shell, tab] = [await room.page(), await room.page()];
    await Promise.all([shell.heard(), tab.heard()]);
    room.server.askCover(7);
    expect(await shell.until(1)).toEqual([{ type: "cover", revision: 7 }]);
    await tab.until(1);
    shell.say({ type: "covered", revision: 7 });
    await shell.heard();
    shell.cut();
    while (room.covers.length < 2) await tab.heard();
    tab.say({ type: "covered", revision: 7 });
    await tab.heard();
    const [first, gone, second] = room.covers.map(([page]) => page);
    expect(room.covers.map(([, said]) => said)).toEqual([7, "gone", 7]);
    expect([gone === first, second === first]).toEqual([true, false]);
    expect(room.commands).toEqual([]);
  });

  it.each([0, 1.5, "7"])("does not number its answer %j", async (revision) => {
    const page = await room.page();
    page.say({ type: "covered", revision });
    expect([await page.closed, room.covers.filter(([, said]) => said !== "gone")]).toEqual([4400, []]);
  });
});

describe("a line that fell silent", () => {
  it("is cut off after three pings that nobody answered", async () => {
    const page = await room.page(TOKEN, { autoPong: false });
    await page.heard();
    await room.time.advance(19_999);
    await page.heard();
    await room.time.advance(1);
    expect(await page.closed).toBe(1006);
  });

  it("is kept while it answers", async () => {
    const page = await room.page();
    for (let ping = 0; ping < 8; ping++) {
      await room.time.advance(5_000);
      await page.heard();
    }
    room.server.show(someView());
    expect(await page.until(1)).toHaveLength(1);
  });
});
