import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { disassemble, type PolicyContent, PRODUCTION_SETTINGS } from "@wardkey/protocol/policy";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestPki } from "../pki/testing/test-pki.js";
import { readCheckout } from "./index.js";
import { laxer, PolicyRoom, SITE, stricter } from "./testing/policy-room.js";

let room: PolicyRoom;
beforeEach(async () => {
  room = await PolicyRoom.make(await TestPki.opened());
});
afterEach(() => room.remove());

describe("two people at one draft", () => {
  it("lose nothing: the second is told, and keeps a draft of their own", async () => {
    const { policies } = await room.open();
    const opened = await policies.drafts.open({ by: "olga" });
    if (!opened.ok) throw new Error(opened.code);
    const { id, revision, content } = opened.draft;
    const hers = await policies.drafts.save(id, { revision, content: stricter(content), by: "olga" });
    const his = await policies.drafts.save(id, { revision, content: laxer(content), by: "piet" });
    if (!hers.ok || his.ok || his.code !== "policy-draft-conflict") throw new Error("no conflict");
    expect(his.theirs).toEqual(hers.draft);
    expect(his.yours).toMatchObject({ revision: 1, content: laxer(content), by: "piet" });
    expect((await policies.drafts.list()).map((draft) => draft.content)).toEqual(
      expect.arrayContaining([stricter(content), laxer(content)]),
    );
    // The same save again, after an answer that was lost, is no conflict.
    expect(await policies.drafts.save(id, { revision, content: stricter(content), by: "olga" })).toEqual(hers);
  });

  it("saving at the same moment: one wins", async () => {
    const { policies } = await room.open();
    const opened = await policies.drafts.open({ by: "olga" });
    if (!opened.ok) throw new Error(opened.code);
    const { id, revision, content } = opened.draft;
    const saves = await Promise.all(
      [300, 400, 500].map((idle) =>
        policies.drafts.save(id, {
          revision,
          content: { ...content, base: { ...content.base, "idle.lockSeconds": idle } },
          by: "olga",
        }),
      ),
    );
    expect(saves.filter(({ ok }) => ok)).toHaveLength(1);
    expect(await policies.drafts.list()).toHaveLength(3);
  });
});

describe("a git checkout as the source of truth", () => {
  it("is read from its folder, becomes a draft, and shuts out drafts by hand", async () => {
    const { policies } = await room.open({ keptInFiles: true });
    const folder = await mkdtemp(join(tmpdir(), "wardkey-checkout-"));
    try {
      const content: PolicyContent = {
        ...stricter({
          v: 1,
          site: SITE,
          note: "from git",
          base: PRODUCTION_SETTINGS,
          groups: {},
          layers: [],
          devices: [],
        }),
        groups: { icu: { wards: ["ICU"] } },
        layers: [{ group: "icu", settings: { "idle.stays": 0 } }],
      };
      for (const [path, text] of disassemble(content)) {
        await mkdir(join(folder, path, ".."), { recursive: true });
        await writeFile(join(folder, path), text);
      }
      await writeFile(join(folder, "README.md"), "left alone");
      const taken = await policies.takeFiles(await readCheckout(folder), "olga");
      expect(taken).toMatchObject({ ok: true, draft: { content, origin: "checkout" } });
      expect(await policies.drafts.open({ by: "olga" })).toEqual({ ok: false, code: "policy-kept-in-files" });
      await writeFile(join(folder, "base.json"), "{");
      expect(await policies.takeFiles(await readCheckout(folder), "olga")).toMatchObject({ code: "policy-malformed" });
      await expect(readCheckout(join(folder, "gone"))).rejects.toMatchObject({ code: "policy-files-missing" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
