import type { PolicyContent } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestPki } from "../pki/testing/test-pki.js";
import { TestConsole } from "../platform/auth/testing/test-console.js";
import { PUBLISH, publishApproval } from "./index.js";
import { draftOf, type Fleet, laxer, PolicyRoom, stricter } from "./testing/policy-room.js";

const anna = { id: "anna", name: "Anna", role: "security-officer" } as const;
let site: TestConsole;
let room: PolicyRoom;
let fleet: Fleet;

beforeEach(async () => {
  site = await TestConsole.start();
  const authority = await TestPki.make();
  await authority.open();
  room = await PolicyRoom.make(authority);
  fleet = await room.open({ approvals: site.auth.approvals });
  site.auth.approvals.register(PUBLISH, publishApproval(fleet.policies.publishing));
});
afterEach(async () => {
  await site.remove();
  await room.remove();
});

async function propose(change: (content: PolicyContent) => PolicyContent): Promise<string> {
  const draft = await draftOf(fleet, change);
  const proposed = await fleet.policies.publishing.proposeDraft({ ...draft, pace: "at-once", by: anna });
  if (!proposed.ok) throw new Error(proposed.code);
  return proposed.approval;
}

// threats.md, row 23: one administrator alone.
describe("a policy that people approve with their passkeys", () => {
  it("that weakens is signed once two have, and not before", async () => {
    const [first, second] = [await site.administrator("anna"), await site.administrator("bruno")];
    const id = await propose(laxer);
    expect((await first.approve(id)).body).toMatchObject({ state: "proposed", needs: 2 });
    expect((await first.approve(id)).status).toBe(409);
    expect([await fleet.policies.version(2), fleet.policies.current().version]).toEqual([null, 1]);
    expect((await second.approve(id)).body).toMatchObject({ state: "executed", result: { version: 2 } });
    expect(fleet.policies.current()).toMatchObject({ version: 2, by: "anna", weakening: true, approval: id });
  });

  it("that does not is signed by one", async () => {
    const one = await site.administrator("anna");
    const id = await propose(stricter);
    expect((await one.approve(id)).body).toMatchObject({ state: "executed", needs: 1, result: { version: 2 } });
    expect(fleet.policies.current()).toMatchObject({ version: 2, weakening: false });
  });

  it("cannot be proposed around its draft: made-up arguments need two and end in a refusal", async () => {
    const [first, second] = [await site.administrator("anna"), await site.administrator("bruno")];
    const args = {
      proposal: "0b9f4c3e-52a1-4f2d-9d7a-6a1f3c9b2e10",
      version: 2,
      digest: "x".repeat(43),
      weakening: false,
      pace: "at-once",
    };
    const { body } = await first.call("POST", "/v1/approvals", { kind: PUBLISH, args });
    expect(body).toMatchObject({ needs: 2 });
    await first.approve(String(body["id"]));
    expect((await second.approve(String(body["id"]))).body).toMatchObject({
      state: "failed",
      code: "policy-proposal-unknown",
    });
    expect(fleet.policies.current().version).toBe(1);
  });
});
