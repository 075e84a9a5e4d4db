import { randomUUID } from "node:crypto";
import type { JournalEvent } from "@wardkey/protocol/fleet";
import { JOURNAL_GENESIS, JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connectKiosk } from "./test-support/kiosk-on-the-broker.js";
import { type Address, findingsAt, pagesFor } from "./test-support/pages-of-console.js";
import { expectTextAlone, payload, readOn } from "./test-support/payload.js";
import { NO_TEXT, type SiteOfPayloads, startSiteOfPayloads } from "./test-support/payloads-everywhere.js";

const VIEWS = ["read", "changes", "explain", "what-if", "propose"] as const;
/** As a page may find them in its own address, typed or sent by somebody. */
const ADDRESSES = ["devices", "people", "policy", "break-glass", "training", "risk"] as const;

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let at: SiteOfPayloads;
beforeAll(async () => {
  at = await startSiteOfPayloads();
});
afterAll(() => at?.site.remove());

/** An event as a kiosk that somebody took over could write it. */
function event(kind: string, body: JournalEvent["body"]): JournalEvent {
  const entry = { seq: 1, id: randomUUID(), at: Date.now(), kind, body };
  const genesis = Buffer.from(JOURNAL_GENESIS).toString("base64url");
  return { ...entry, hash: new JournalHasher().chain(genesis, entry) };
}

describe("a payload in every text (row 20)", () => {
  it("is text on every page, and runs on none", async () => {
    const { person, draft, where } = at;
    person.complaints.length = 0;
    const views = VIEWS.map((view): Address => `#/policy/${draft}?view=${view}`);
    const addresses = [...new Set([...(await pagesFor(person, draft)), ...views, ...Object.values(where).flat()])];
    const marks = Object.keys(where);
    const read = await findingsAt(person, addresses, async () => {
      await expectTextAlone(person);
      return readOn(person, marks.map(payload));
    });
    const expected = Object.entries(where).flatMap(([mark, pages]) => pages.map((page) => [page, mark] as const));
    expect(expected.filter(([page, mark]) => read[page]?.includes(payload(mark)) !== true)).toEqual([]);
    expect(person.complaints).toEqual([]);
  });

  it("in the questions of the pages' acts is text too", async () => {
    const { person } = at;
    const { page } = person;
    for (const [address, act] of [
      ["#/devices/strange-1", "Rename or move"],
      [at.where["given"]?.[1] ?? "#/people", "Change"],
    ] as const) {
      await person.visit(address);
      await person.button(act).click();
      await page.getByRole("dialog").waitFor();
      expect(await readOn(person, ["dname", "given"].map(payload))).toHaveLength(1);
      await expectTextAlone(person);
      await page.keyboard.press("Escape");
    }
  });

  it("in a search box or in the address is text, and finds nothing", async () => {
    const { person } = at;
    const { page } = person;
    person.complaints.length = 0;
    await person.visit("#/devices");
    await page.getByRole("searchbox").fill(payload("sought"));
    await page.getByText("Nothing matches these filters.").waitFor();
    const asked = encodeURIComponent(payload("sought"));
    const found: Address[] = [
      ...ADDRESSES.flatMap((place): Address[] => [`#/${place}?search=${asked}`, `#/${place}/${asked}`]),
      ...[`#/audit?source=${asked}&person=${asked}&period=${asked}` as const, `#/${asked}` as const],
    ];
    await findingsAt(person, found, async () => {
      await expectTextAlone(person);
      return [];
    });
    // Nothing is called so: the site says that, and the browser writes it down.
    expect(person.complaints.filter((line) => !/status of 40[04]/.test(line))).toEqual([]);
  });

  it.each(NO_TEXT)("is refused with a code by %s %s", async (method, path, body) => {
    expect(await at.person.asks(method, path, body)).toBe("malformed");
  });

  it("that came to be an element would be noticed, and the page makes none of text (control)", async () => {
    const { person } = at;
    await person.visit("#/settings");
    await expectTextAlone(person);
    const done = await person.page.evaluate(`(() => {
      const image = document.createElement("img");
      image.src = "x";
      document.body.append(image);
      const ways = {
        attribute: () => image.setAttribute("onerror", "window.ran = 1"),
        markup: () => { image.parentElement.innerHTML = "<b>bold</b>"; },
        script: () => { document.createElement("script").text = "window.ran = 1"; },
      };
      const works = (way) => { try { way(); return true; } catch { return false; } };
      return Object.entries(ways).filter(([, way]) => works(way)).map(([name]) => name);
    })()`);
    expect(done).toEqual([]);
    expect(await person.page.evaluate("'ran' in window")).toBe(false);
    await expect(expectTextAlone(person)).rejects.toThrow();
    await person.page.reload();
    await person.arrived();
  });

  it("in an event or a report of a kiosk is refused, and nothing of it is kept", async () => {
    const { site, person } = at;
    const { audit } = site.fleet.records;
    const session = randomUUID();
    for (const told of [
      event("session.unlocked", { session, staffId: payload("staff") }),
      event("session.unlocked", { session, staffId: "anna", [payload("key")]: 1 }),
      event("tap.refused", { reason: payload("reason") }),
      event(payload("kind"), { session }),
    ]) {
      expect((await audit.take("bed-4", [told])).refusal?.code).toMatch(/^event-(kind-unknown|body-refused)$/);
    }
    const kiosk = await connectKiosk(site.fleet, { id: "bed-8", name: "Bed 8", ward: "Emergency" });
    try {
      const unlocked = { session, staffId: payload("staff") };
      await kiosk.journal([{ at: Date.now(), kind: "session.unlocked", body: unlocked }]);
      await kiosk.seem({ policy: { version: 1, digest: payload("digest") } });
      await person.visit("#/devices/bed-8");
      await expectTextAlone(person);
      expect(await readOn(person, [payload("staff"), payload("digest")])).toEqual([]);
    } finally {
      await kiosk.stop();
    }
    expect(JSON.stringify(await audit.newest(500))).not.toMatch(/>(staff|key|reason|kind|digest)/);
  });
});
