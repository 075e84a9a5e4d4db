import { createHash, randomUUID } from "node:crypto";
import { mkdir, open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Instant, instant, seconds } from "@wardkey/protocol";
import type { SiteTrust } from "@wardkey/protocol/credential";
import { JournalHasher } from "@wardkey/protocol/fleet/journal-hash";
import type { Hash } from "@wardkey/protocol/fleet/merkle";
import { GrowingTree } from "@wardkey/protocol/fleet/merkle";
import { CHECKPOINTS, eventsFile, HEADS, MANIFEST, sealManifest, segmentsOf } from "../verify/archive.js";
import { SEGMENT } from "../verify/segment.js";
import { SITE, SimulatedKeys } from "./simulated-keys.js";

const HEAD_EVERY = 50_000;
const CHECKPOINT_EVERY = 100;

/** A simulated site's archive: `events` unlocks and locks of `devices` kiosks, with heads and checkpoints as in life. */
export async function writeSimulatedArchive(input: {
  folder: string;
  events: number;
  devices: number;
  at: Instant;
}): Promise<{ trust: SiteTrust }> {
  const { folder } = input;
  const keys = await SimulatedKeys.make(input.at);
  await mkdir(folder, { recursive: true });
  const hasher = new JournalHasher();
  const tree = new GrowingTree();
  const chains = Array.from({ length: input.devices }, () => ({ seq: 0, hash: "A".repeat(43) }));
  const heads: string[] = [];
  const checkpoints: string[] = [];
  const signHead = async (): Promise<void> => {
    const body = { size: tree.size, root: text(tree.root()), at: input.at };
    heads.push(JSON.stringify({ ...body, jws: await keys.signHead(body) }));
  };
  for (const from of segmentsOf(input.events)) {
    const file = await open(join(folder, eventsFile(from / SEGMENT)), "w");
    const lines: string[] = [];
    for (let leaf = from; leaf < Math.min(from + SEGMENT, input.events); leaf += 1) {
      const device = leaf % input.devices;
      const source = `bed-${device}`;
      const chain = chains[device];
      if (chain === undefined) throw new RangeError("no such device");
      const entry = eventOf(chain.seq + 1, input.at + leaf);
      const hash = hasher.chain(chain.hash, entry);
      chains[device] = { seq: entry.seq, hash };
      tree.append(Buffer.from(hasher.leaf(source, entry.seq, hash), "binary"));
      lines.push(`${JSON.stringify({ leaf, source, ...entry, hash })}\n`);
      if (tree.size % HEAD_EVERY === 0) await signHead();
      if (entry.seq % CHECKPOINT_EVERY === 0)
        checkpoints.push(await checkpointOf(keys, { device: source, seq: entry.seq, head: hash, at: input.at }));
    }
    await file.appendFile(lines.join(""));
    await file.close();
  }
  if (input.events % HEAD_EVERY !== 0) await signHead();
  const write = async (name: string, lines: readonly string[]): Promise<string> => {
    const content = lines.map((line) => `${line}\n`).join("");
    await writeFile(join(folder, name), content);
    return createHash("sha256").update(content).digest("base64url");
  };
  const content = {
    v: 1,
    site: SITE,
    at: input.at,
    size: input.events,
    root: text(tree.root()),
    certificates: keys.trust.roots.map((der) => Buffer.from(der).toString("base64")),
    heads: await write(HEADS, heads),
    checkpoints: await write(CHECKPOINTS, checkpoints),
  } as const;
  await writeFile(join(folder, MANIFEST), `${JSON.stringify(sealManifest(content))}\n`);
  return { trust: keys.trust };
}

function eventOf(seq: number, at: number) {
  const session = randomUUID();
  return seq % 2 === 1
    ? {
        seq,
        id: randomUUID(),
        at,
        kind: "session.unlocked",
        body: { session, staffId: "anna-rossi", branch: "masked", ms: 640 },
      }
    : {
        seq,
        id: randomUUID(),
        at,
        kind: "session.locked",
        body: { reason: "walked-away", session, metres: 3.4, heldMs: 61_000 },
      };
}

async function checkpointOf(
  keys: SimulatedKeys,
  { device, seq, head, at }: { device: string; seq: number; head: string; at: number },
): Promise<string> {
  const { jws, id } = await keys.signCheckpoint(device, { seq, head }, seconds(0));
  return JSON.stringify({ device, id, seq, head, issuedAt: instant(at), code: null, jws });
}

const text = (hash: Hash): string => Buffer.from(hash).toString("base64url");
