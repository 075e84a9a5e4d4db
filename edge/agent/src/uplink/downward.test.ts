import { readdir } from "node:fs/promises";
import { after, hours, minutes } from "@wardkey/protocol";
import { topics } from "@wardkey/protocol/fleet";
import { TO_ALL } from "@wardkey/protocol/fleet/signed";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FleetAuthority } from "../testing/fleet-authority.js";
import { KIOSK, UplinkRoom } from "../testing/uplink-room.js";
import type { SiteLink } from "./index.js";

let room: UplinkRoom;
beforeEach(async () => {
  room = await UplinkRoom.open();
});
afterEach(() => room.close());

const SITE = "st-elsewhere";
const denyList = (denyEpoch: number, more: object = {}) => ({
  denyEpoch,
  devices: [],
  holders: [],
  serials: [],
  ...more,
});
const alarms = async (): Promise<unknown[]> => {
  await room.journal.settled();
  const events = await room.journal.after(0, 1_000);
  return events.filter(({ kind }) => kind === "security.alert").map(({ body }) => body["reason"]);
};

describe("what a broker says in the fleet's name", () => {
  const list = topics.all(SITE, "deny-list");
  type Make = () => Promise<{ topic?: string; payload: string }>;
  const hostile: [string, Make, string][] = [
    ["nothing that could be read", async () => ({ payload: "{}" }), "downward-malformed"],
    ["more than any message has", async () => ({ payload: "x".repeat(300_000) }), "downward-malformed"],
    [
      "signed under another root",
      async () => {
        const foreign = await FleetAuthority.create(SITE, () => room.time.now());
        const issuer = await foreign.signer("downlink");
        return { payload: await room.fleet.sign("deny-list", denyList(5), { to: TO_ALL, epoch: 5, issuer }) };
      },
      "certificate-untrusted",
    ],
    [
      "signed with the key for credentials",
      async () => {
        const issuer = await room.fleet.authority.signer("signer");
        return { payload: await room.fleet.sign("deny-list", denyList(5), { to: TO_ALL, epoch: 5, issuer }) };
      },
      "certificate-usage",
    ],
    [
      "of another site",
      async () => ({
        payload: await room.fleet.sign("deny-list", denyList(5), { to: TO_ALL, epoch: 5, site: "elsewhere" }),
      }),
      "downward-site",
    ],
    [
      "for another device",
      async () => ({
        topic: topics.desired(SITE, KIOSK),
        payload: await room.fleet.sign("desired", desired("denied"), { to: "kiosk-2", epoch: 5 }),
      }),
      "downward-audience",
    ],
    [
      "for all where only one is meant",
      async () => ({
        topic: topics.desired(SITE, KIOSK),
        payload: await room.fleet.sign("desired", desired("denied"), { to: TO_ALL, epoch: 5 }),
      }),
      "downward-audience",
    ],
    [
      "of another kind",
      async () => ({ payload: await room.fleet.sign("risk", risk, { to: TO_ALL, epoch: 5 }) }),
      "downward-kind",
    ],
    [
      "that has ended",
      async () => {
        const issuedAt = after(room.fleet.now(), hours(-2));
        const made = { to: TO_ALL, epoch: 5, issuedAt, expiresIn: hours(1) };
        return { payload: await room.fleet.sign("deny-list", denyList(5), made) };
      },
      "downward-expired",
    ],
    [
      "that is not yet in force",
      async () => {
        const issuedAt = after(room.fleet.now(), hours(1));
        return { payload: await room.fleet.sign("deny-list", denyList(5), { to: TO_ALL, epoch: 5, issuedAt }) };
      },
      "downward-not-yet-valid",
    ],
    [
      "that is older than what is known",
      async () => ({ payload: await room.fleet.sign("deny-list", denyList(0), { to: TO_ALL, epoch: 0 }) }),
      "downward-regressed",
    ],
    ["with a flipped bit", async () => ({ payload: await flipped() }), "downward-signature"],
  ];
  const desired = (status: "active" | "denied" | "quarantined") => ({
    policy: null,
    tableDigest: null,
    denyEpoch: 0,
    status,
    leaseDigest: null,
  });
  const risk = { level: "normal" as const, reasons: [], until: null };
  const flipped = async (): Promise<string> => {
    const [header, , signature] = (await room.fleet.sign("deny-list", denyList(5), { to: TO_ALL, epoch: 5 })).split(
      ".",
    );
    const other = (await room.fleet.sign("deny-list", denyList(6), { to: TO_ALL, epoch: 6 })).split(".")[1];
    return [header, other, signature].join(".");
  };

  it("is dropped with a code and changes nothing: malformed, foreign, expired, replayed, regressed", async () => {
    const link = await room.ready();
    await room.fleet.deny({ holders: ["bruno"] });
    await room.until(() => link.deniedHolders.has("bruno"));
    for (const [what, make, code] of hostile) {
      const before = link.drops.get(code) ?? 0;
      const { topic = list, payload } = await make();
      await room.fleet.broker.publish(topic, payload, false);
      await room.until(() => link.drops.get(code) === before + 1, what);
      expect([what, link.standing, [...link.deniedHolders]]).toEqual([what, "active", ["bruno"]]);
    }
    expect([...link.drops.values()].reduce((sum, each) => sum + each, 0)).toBe(hostile.length);
    expect(room.said.filter((each) => each === "downward-malformed")).toHaveLength(1);
  });

  it("is obeyed once: a command that comes again, also after a restart, does nothing", async () => {
    const link = await room.ready();
    const jws = await room.fleet.command(KIOSK, { command: "lock" }, "0199a1b2-0000-7000-8000-00000000000a");
    await room.until(() => room.fleet.answers.length === 1);
    await room.fleet.command(KIOSK, { command: "identify" });
    await room.until(() => room.fleet.answers.length === 2);
    const again = (): Promise<void> => room.fleet.broker.publish(topics.command(SITE, KIOSK, "again"), jws, false);
    await again();
    await room.time.advance(500);
    await link.stop();
    await room.ready();
    await again();
    await room.time.advance(500);
    expect(room.did).toEqual(["lock", "identify"]);
    expect(room.fleet.answers[0]).toMatchObject({
      topic: "res/0199a1b2-0000-7000-8000-00000000000a",
      body: { kind: "response", body: { status: 200, code: null } },
    });
  });
});

describe("the deny-list", () => {
  it("reaches a running kiosk, its lease and its next start", async () => {
    const told: string[] = [];
    const link = await room.ready({ deniedHolders: (holders) => void told.push(...holders) });
    await room.fleet.deny({ holders: ["anna"] });
    await room.until(() => link.current()?.deniedHolders.has("anna") === true);
    expect(told).toEqual(["anna"]);
    await room.until(() => link.current()?.denyEpoch === 1);
    await link.stop();
    await room.fleet.goAway();
    expect([...((await room.link()).current()?.deniedHolders ?? [])]).toEqual(["anna"]);
  });
});

describe("a kiosk that the fleet denies", () => {
  const dead = async (link: SiteLink): Promise<void> => {
    await room.until(() => link.standing === "denied");
    expect([link.current(), link.leaseLeft(), link.health()]).toEqual([null, 0, "down"]);
    await room.until(() => room.did.includes("lock"));
  };

  it.each<[string, () => Promise<void>]>([
    ["by its name", () => room.fleet.deny({ devices: [KIOSK] })],
    ["by its certificate", () => room.fleet.deny({ serials: [room.fleet.broker.serials.at(-1)?.toLowerCase() ?? ""] })],
    ["by its shadow", () => room.fleet.want(KIOSK, 7, { status: "denied" })],
    [
      "by not letting it in",
      async () => {
        room.fleet.denied.add(KIOSK);
        room.fleet.broker.cutAll();
      },
    ],
  ])("%s locks, erases its lease, says so, and stays so after a restart", async (_what, deny) => {
    const link = await room.ready();
    await deny();
    await dead(link);
    expect(await alarms()).toEqual(["device-denied"]);
    await link.stop();
    await room.fleet.goAway();
    const again = await room.link();
    expect([again.standing, again.current()]).toEqual(["denied", null]);
  });

  it("becomes somebody again with a fresh ticket, under a new key", async () => {
    const link = await room.ready();
    room.fleet.denied.add(room.fleet.broker.serials.at(-1)?.toLowerCase() ?? "");
    await room.fleet.deny({ devices: [KIOSK] });
    await dead(link);
    await room.fleet.deny({});
    await room.giveTicket();
    await room.until(() => link.health() === "ok");
    expect(room.fleet.count("POST /.well-known/est/kiosk/simpleenroll")).toBe(2);
  });

  it("in quarantine locks and goes on listening, and works again when it is let out", async () => {
    const link = await room.ready();
    await room.fleet.want(KIOSK, 1, { status: "quarantined" });
    await room.until(() => link.standing === "quarantined");
    expect([link.current(), room.did]).toEqual([null, ["lock"]]);
    await room.fleet.want(KIOSK, 2, { status: "active" });
    await room.until(() => link.health() === "ok");
    expect(await alarms()).toEqual(["device-quarantined", "device-active"]);
  });
});

describe("a command", () => {
  it("to renew brings new certificates, to refresh another lease", async () => {
    await room.ready();
    await room.fleet.command(KIOSK, { command: "renew-certificates" });
    await room.until(() => room.fleet.count("POST /.well-known/est/reader/simpleenroll") === 2);
    expect(room.fleet.count("POST /.well-known/est/kiosk/simplereenroll")).toBe(1);
    const leases = room.fleet.count("GET /v1/kiosk/lease");
    await room.fleet.command(KIOSK, { command: "refresh" });
    await room.until(() => room.fleet.count("GET /v1/kiosk/lease") > leases);
    // At least once: an answer on its way while the line changes comes again, under the same topic.
    const answered = (): Map<string, unknown> => new Map(room.fleet.answers.map(({ topic, body }) => [topic, body]));
    await room.until(() => answered().size === 2);
    // A copy is a copy: it has the id of the first.
    expect(new Set(room.fleet.answers.map(({ body }) => JSON.stringify(body))).size).toBe(2);
    expect([...answered().values()]).toMatchObject([
      { body: { status: 202, code: null } },
      { body: { status: 202, code: null } },
    ]);
  });

  it("to wipe locks, answers, and leaves nothing of the site but the journal", async () => {
    const link = await room.ready({ wiped: async () => void room.did.push("wiped") });
    await room.fleet.command(KIOSK, { command: "wipe" });
    await room.until(() => room.did.includes("wiped"));
    expect([room.did, link.current(), link.publicKey]).toEqual([["lock", "wiped"], null, new Uint8Array()]);
    expect(room.fleet.answers).toMatchObject([{ body: { body: { status: 202 } } }]);
    const left = (await readdir(room.folder)).filter((name) => !name.startsWith("journal"));
    expect(left.sort()).toEqual(["highest-time", "sealing-key", "session-counter", "ticket.json"]);
  });
});

describe("heads of the site's log", () => {
  it("are kept, and two of one size raise the alarm", async () => {
    await room.ready();
    const send = async (size: number, root: string): Promise<void> => {
      const jws = await room.fleet.sign("tree-head", { size, root, at: room.fleet.now() }, { to: TO_ALL, epoch: size });
      await room.fleet.broker.publish(topics.all(SITE, "tree-head"), jws, true);
    };
    await send(4, "A".repeat(43));
    await room.time.advance(minutes(1));
    await send(4, "B".repeat(43));
    await room.until(() => room.said.includes("tree-fork"));
    expect(await alarms()).toEqual(["tree-fork"]);
  });
});
