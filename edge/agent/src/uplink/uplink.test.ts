import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KIOSK, UplinkRoom } from "../testing/uplink-room.js";

let room: UplinkRoom;
beforeEach(async () => {
  room = await UplinkRoom.open();
});
afterEach(() => room.close());

describe("a new kiosk", () => {
  it("makes its keys, proves its ticket, takes a lease and connects", async () => {
    const link = await room.ready();
    expect(link.current()).toMatchObject({ site: "st-elsewhere", denyEpoch: 0, table: room.fleet.table });
    await room.until(() => room.fleet.broker.latest(KIOSK, "reported") !== undefined);
    expect(room.fleet.broker.latest(KIOSK, "status")).toMatchObject({ kind: "birth", body: { session: 1 } });
    expect(room.said).toEqual([]);
    for (const file of await readdir(room.folder)) {
      if (file === "ticket.json") continue;
      expect([file, (await stat(join(room.folder, file))).mode & 0o077]).toEqual([file, 0]);
    }
  });
});
