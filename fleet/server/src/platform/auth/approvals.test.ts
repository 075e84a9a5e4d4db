import { hours, WardkeyError } from "@wardkey/protocol";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApprovalsRoom } from "./testing/approvals-room.js";
import type { TestConsole } from "./testing/test-console.js";

let room: ApprovalsRoom;
let site: TestConsole;

beforeEach(async () => {
  room = await ApprovalsRoom.open();
  site = room.site;
});
afterEach(() => site.remove());

describe("an act for two", () => {
  it("is carried out once both have signed it with their own passkeys, and the audit tells each step first", async () => {
    const [anna, bruno] = await room.two();
    site.recorded.length = 0;
    const id = await room.propose(anna);
    expect((await anna.approve(id)).body).toMatchObject({ state: "proposed", votes: [{ administrator: "anna" }] });
    expect(room.done).toEqual([]);
    expect((await bruno.approve(id)).body).toMatchObject({
      state: "executed",
      result: { touched: "bed-7" },
      decidedBy: "bruno",
    });
    expect(room.done).toEqual([{ kind: "device.wipe", args: { target: "bed-7" }, id, approvers: ["anna", "bruno"] }]);
    expect(site.kinds()).toEqual(["approval.proposed", "approval.voted", "approval.voted", "approval.executed"]);
    expect((await bruno.approve(id)).code).toBe("approval-decided");
    expect(room.done).toHaveLength(1);
  });

  it("says who decides it: nobody whom the site would refuse is asked", async () => {
    const [anna] = await room.two();
    const otto = await site.administrator("otto", "operator");
    const id = await room.propose(anna);
    expect((await otto.call("GET", `/v1/approvals/${id}`)).body).toMatchObject({ role: "security-officer" });
    expect((await otto.approve(id)).code).toBe("access-refused");
    expect((await otto.call("POST", `/v1/approvals/${id}/reject`)).code).toBe("access-refused");
  });

  it("may be signed by the second person first", async () => {
    const [anna, bruno] = await room.two();
    const id = await room.propose(anna);
    expect((await bruno.approve(id)).body).toMatchObject({ state: "proposed" });
    expect((await anna.approve(id)).body).toMatchObject({ state: "executed" });
  });

  it("needs its proposer: two others do not stand in", async () => {
    const [anna, bruno] = await room.two();
    const carla = await site.administrator("carla");
    const id = await room.propose(anna);
    await bruno.approve(id);
    expect((await carla.approve(id)).body).toMatchObject({ state: "proposed" });
    expect(room.done).toEqual([]);
  });

  it("is for one where its kind says so, and for two where these arguments weigh more", async () => {
    const anna = await site.administrator("anna");
    const light = await room.propose(anna, "policy.publish", { target: "v2" });
    expect((await anna.approve(light)).body).toMatchObject({ state: "executed", needs: 1 });
    const heavy = await room.propose(anna, "policy.publish", { target: "v3", weaker: true });
    expect((await anna.approve(heavy)).body).toMatchObject({ state: "proposed", needs: 2 });
  });

  it("can be rejected or grow too old, and then nobody signs it any more", async () => {
    const [anna, bruno] = await room.two();
    const rejected = await room.propose(anna);
    expect((await bruno.call("POST", `/v1/approvals/${rejected}/reject`)).body).toMatchObject({ state: "rejected" });
    expect((await anna.approve(rejected)).code).toBe("approval-decided");
    const old = await room.propose(anna);
    site.now += hours(24);
    await anna.signIn();
    expect((await anna.approve(old)).code).toBe("approval-expired");
    await site.auth.approvals.sweep();
    expect((await anna.call("GET", `/v1/approvals/${old}`)).body).toMatchObject({ state: "expired" });
    expect(room.done).toEqual([]);
  });
});

describe("carrying out", () => {
  it("happens once, also when the server dies between the last signature and the act, or in the middle of it", async () => {
    const [anna, bruno] = await room.two();
    const id = await room.propose(anna);
    await anna.approve(id);
    room.trouble = new Error("the power went");
    expect((await bruno.approve(id)).status).toBe(500);
    expect((await anna.call("GET", `/v1/approvals/${id}`)).body).toMatchObject({ state: "approved" });
    await site.close();
    await site.open();
    room.registerKinds();
    await site.auth.approvals.sweep();
    expect(room.done).toEqual([]);
    site.now += 61_000;
    await Promise.all([site.auth.approvals.sweep(), site.auth.approvals.sweep()]);
    await site.auth.approvals.sweep();
    expect(room.done.map((each) => each.id)).toEqual([id]);
  });

  it("ends in the act's own code when the act is refused, and is not tried again", async () => {
    const anna = await site.administrator("anna");
    room.trouble = new WardkeyError("device-unknown", "no such device");
    const id = await room.propose(anna, "policy.publish");
    expect((await anna.approve(id)).body).toMatchObject({ state: "failed", code: "device-unknown" });
    room.trouble = null;
    await site.auth.approvals.sweep();
    expect(room.done).toEqual([]);
  });

  it("does not begin when the audit cannot be told", async () => {
    const [anna, bruno] = await room.two();
    const id = await room.propose(anna);
    await anna.approve(id);
    site.auditFails = new Error("the audit is full");
    expect((await bruno.approve(id)).status).toBe(500);
    expect([room.done, (await anna.call("GET", `/v1/approvals/${id}`)).body["state"]]).toEqual([[], "proposed"]);
    site.auditFails = null;
    expect((await bruno.approve(id)).body["state"]).toBe("executed");
  });
});
