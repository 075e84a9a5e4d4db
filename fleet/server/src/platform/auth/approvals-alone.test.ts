import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { canonicalJson } from "./canonical.js";
import { writeRecoveryFile } from "./recovery-file.js";
import { ApprovalsRoom } from "./testing/approvals-room.js";
import { SoftPasskey } from "./testing/soft-passkey.js";
import type { TestConsole } from "./testing/test-console.js";
import type { Visitor } from "./testing/visitor.js";

let room: ApprovalsRoom;
let site: TestConsole;

beforeEach(async () => {
  room = await ApprovalsRoom.open();
  site = room.site;
});
afterEach(() => site.remove());

describe("one administrator alone (row 23)", () => {
  for (const [kind, args] of [
    ["device.wipe", { target: "bed-7" }],
    ["audit.export", { target: "2026" }],
    ["ca.rotate", { target: "intermediate" }],
    ["policy.publish", { target: "v2", weaker: true }],
  ] as const) {
    it(`cannot carry out ${kind}`, async () => {
      const anna = await site.administrator("anna");
      const id = await room.propose(anna, kind, args);
      await anna.approve(id);
      expect((await anna.approve(id)).code).toBe("approval-voted");
      await site.auth.approvals.sweep();
      expect([room.done, (await anna.call("GET", `/v1/approvals/${id}`)).body["state"]]).toEqual([[], "proposed"]);
    });
  }

  it("cannot be two accounts with one passkey", async () => {
    const anna = await site.administrator("anna");
    const bruno = site.visitor();
    await site.auth.invitations.invite(randomUUID(), {
      kind: "invitation",
      login: "bruno",
      name: "B",
      role: "administrator",
      by: "machine",
    });
    const [waiting] = await site.auth.invitations.waiting();
    const { secret } = await site.auth.invitations.link(waiting?.id ?? "", "machine");
    bruno.passkey = anna.passkey;
    expect((await bruno.register(secret, "bruno")).code).toBe("passkey-known");
    bruno.passkey = new SoftPasskey(anna.passkey);
    expect((await bruno.register(secret, "bruno")).code).toBe("passkey-known");
  });

  it("cannot sign for somebody else, nor with a second passkey of their own", async () => {
    const [anna, bruno] = await room.two();
    const second = new SoftPasskey();
    const options = await anna.call("POST", "/v1/passkeys/options");
    const response = second.register({ challenge: String(options.body["challenge"]), origin: site.origin });
    await anna.call("POST", "/v1/passkeys", { response, name: "Second" });
    const id = await room.propose(anna);
    await anna.approve(id);
    anna.passkey = second;
    expect((await anna.approve(id)).code).toBe("approval-voted");
    // Bruno's open browser, Anna's passkey.
    bruno.passkey = second;
    expect((await bruno.approve(id)).code).toBe("approval-passkey-foreign");
    expect(room.done).toEqual([]);
  });

  it("cannot replay an assertion: neither the same, nor on another proposal, nor one made for a sign-in", async () => {
    const [anna, bruno] = await room.two();
    const [first, second] = [await room.propose(anna), await room.propose(anna)];
    const challenge = String((await bruno.call("POST", `/v1/approvals/${first}/challenge`)).body["challenge"]);
    const response = bruno.passkey.sign({ challenge, origin: site.origin });
    const send = (by: Visitor, id: string, given: object) =>
      by.call("POST", `/v1/approvals/${id}/approve`, { response: given });
    expect((await send(bruno, second, response)).code).toBe("passkey-refused");
    expect((await send(anna, first, response)).code).toBe("approval-passkey-foreign");
    expect((await send(bruno, first, response)).code).toBe("passkey-refused");
    const signIn = await bruno.call("POST", "/v1/session/passkey/options");
    const other = bruno.passkey.sign({ challenge: String(signIn.body["challenge"]), origin: site.origin });
    expect((await send(bruno, second, other)).code).toBe("passkey-refused");
    const unverified = bruno.passkey.sign({ challenge, origin: site.origin, verified: false });
    expect((await send(bruno, first, unverified)).code).toBe("passkey-refused");
    const foreign = bruno.passkey.sign({ challenge, origin: "http://evil.example" });
    expect((await send(bruno, first, foreign)).code).toBe("passkey-refused");
    expect(room.done).toEqual([]);
  });

  for (const [what, change] of [
    ["its target", { args: canonicalJson({ target: "icu-1" }) }],
    ["its kind", { kind: "audit.export" }],
    ["its proposer", { proposer: "bruno" }],
    ["the number of people", { needs: 1, attempts: 1 }],
  ] as const) {
    it(`cannot change a proposal after the first signature: ${what}, by hand in the database`, async () => {
      const [anna, bruno] = await room.two();
      const id = await room.propose(anna);
      await anna.approve(id);
      await site.database("approvals").where({ id }).update(change);
      if ("needs" in change) {
        await site.database("approvals").where({ id }).update({ state: "approved" });
        await site.auth.approvals.sweep();
      } else await bruno.approve(id);
      expect(room.done).toEqual([]);
      expect((await anna.call("GET", `/v1/approvals/${id}`)).body).toMatchObject({
        state: "failed",
        code: "approval-changed",
      });
    });
  }

  it("cannot write a colleague's vote into the database", async () => {
    const [anna] = await room.two();
    const id = await room.propose(anna);
    await anna.approve(id);
    const [mine] = await site.database("approval_votes").where({ approval: id });
    const forged = { ...mine, administrator: "bruno", key_digest: "B".repeat(43) };
    await site.database("approval_votes").insert(forged);
    await site.database("approvals").where({ id }).update({ state: "approved" });
    await site.auth.approvals.sweep();
    expect(room.done).toEqual([]);
  });

  it("cannot let a colleague in again and sign for what was proposed before", async () => {
    const [anna, bruno] = await room.two();
    const id = await room.propose(anna);
    site.now += 1_000;
    const { secret } = await writeRecoveryFile({
      dataDir: site.folder,
      login: "bruno",
      now: site.now,
      randomBytes: (size) => crypto.getRandomValues(new Uint8Array(size)),
    });
    bruno.passkey = new SoftPasskey();
    expect((await bruno.register(secret, "bruno")).status).toBe(200);
    expect((await bruno.approve(id)).code).toBe("approval-role-too-new");
    const later = await room.propose(anna);
    expect((await bruno.approve(later)).body).toMatchObject({ state: "proposed" });
  });

  it("cannot raise somebody for it meanwhile, nor invite or recover a second self", async () => {
    const [anna] = await room.two();
    const otto = await site.administrator("otto", "operator");
    const id = await room.propose(anna);
    await anna.approve(id);
    const raise = await anna.call("POST", "/v1/administrators/otto/role", { role: "security-officer" });
    expect(raise.body).toMatchObject({ needs: 2 });
    await anna.approve(String(raise.body["id"]));
    expect((await otto.approve(id)).code).toBe("access-refused");
    // Even where the role was really given, it is newer than the proposal.
    site.now += 1_000;
    await site.auth.administrators.setRole("otto", "security-officer");
    expect((await otto.approve(id)).code).toBe("approval-role-too-new");

    const invited = await anna.call("POST", "/v1/administrators", {
      login: "puppet",
      name: "P",
      role: "administrator",
    });
    expect([invited.status, invited.body["needs"]]).toEqual([202, 2]);
    const recovered = await anna.call("POST", "/v1/administrators/bruno/recovery");
    expect(recovered.body["needs"]).toBe(2);
    await anna.approve(String(recovered.body["id"]));
    expect((await anna.call("GET", "/v1/invitations")).body).toEqual([]);
    // Shutting the colleague out leaves the count as it was.
    await anna.call("DELETE", "/v1/administrators/bruno");
    expect(
      (await anna.call("POST", "/v1/administrators", { login: "puppet", name: "P", role: "administrator" })).body[
        "needs"
      ],
    ).toBe(2);
    expect(room.done).toEqual([]);
  });

  it("is not joined by somebody who was shut out after signing", async () => {
    const [anna, bruno] = await room.two();
    const carla = await site.administrator("carla");
    const id = await room.propose(anna);
    await bruno.approve(id);
    await carla.call("DELETE", "/v1/administrators/bruno");
    expect((await anna.approve(id)).body).toMatchObject({ state: "failed", code: "approval-changed" });
    expect(room.done).toEqual([]);
  });

  it("cannot let a program approve: an API token signs nothing", async () => {
    const anna = await site.administrator("anna");
    const id = await room.propose(anna);
    const { body } = await anna.call("POST", "/v1/tokens", { name: "x", role: "administrator", days: 1 });
    const headers = { authorization: `Bearer ${String(body["token"])}` };
    expect((await site.visitor().call("POST", `/v1/approvals/${id}/challenge`, undefined, headers)).code).toBe(
      "session-needed",
    );
  });

  it("is enough for the second administrator, as nobody else is there to ask", async () => {
    const anna = await site.administrator("anna");
    const invited = await anna.call("POST", "/v1/administrators", {
      login: "bruno",
      name: "Bruno",
      role: "administrator",
    });
    expect(invited.body["needs"]).toBe(1);
    const { body } = await anna.approve(String(invited.body["id"]));
    const { invitation } = body["result"] as { invitation: string };
    const { body: link } = await anna.call("POST", `/v1/invitations/${invitation}/link`);
    const bruno = site.visitor();
    expect((await bruno.register(String(link["secret"]), "bruno")).body).toEqual({
      administrator: { id: "bruno", name: "Bruno", role: "administrator" },
    });
  });
});
