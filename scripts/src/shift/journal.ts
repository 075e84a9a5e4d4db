import { JournalEvent, SiteOverview } from "@wardkey/protocol/fleet";
import { type ChainHead, EMPTY_CHAIN, followsChain } from "@wardkey/protocol/fleet/journal-hash";
import sqlite3 from "sqlite3";
import { z } from "zod";
import type { Hospital } from "../hospital/hospital.js";

const DRAINED_WITHIN_MS = 10_000;

const Row = z.object({
  seq: z.number(),
  id: z.string(),
  at: z.number(),
  kind: z.string(),
  body: z.string(),
  hash: z.instanceof(Buffer),
});

/** Checks the kiosk's chain from its file alone, and that the site holds the same entries and found them whole. */
export async function verifyJournal(hospital: Hospital): Promise<{ events: number; chainValid: boolean }> {
  const events = await readJournal(String(hospital.process("agent").ready["journalFile"]));
  let head: ChainHead = EMPTY_CHAIN;
  let chainValid = true;
  for (const event of events) {
    const next = followsChain(head, event);
    chainValid &&= next.ok;
    if (next.ok) head = next.head;
  }
  const held = await heldBySite(hospital, events.length);
  return { events: events.length, chainValid: chainValid && held };
}

/** The kiosk's entries, oldest first, read from its file while it may be running. */
export async function readJournal(file: string): Promise<JournalEvent[]> {
  const db = new sqlite3.Database(file, sqlite3.OPEN_READONLY);
  try {
    const rows = await new Promise<unknown[]>((resolve, reject) =>
      db.all("SELECT seq, id, at, kind, body, hash FROM entries ORDER BY seq", (error, found) =>
        error ? reject(error) : resolve(found),
      ),
    );
    return rows
      .map((row) => Row.parse(row))
      .map(({ body, hash, ...rest }) =>
        JournalEvent.parse({ ...rest, body: JSON.parse(body), hash: hash.toString("base64url") }),
      );
  } finally {
    await new Promise((resolve) => db.close(resolve));
  }
}

/** The outbox drains in the background: waits until the site has as many entries as the kiosk had. */
async function heldBySite({ site }: Hospital, events: number): Promise<boolean> {
  const token = new URLSearchParams(new URL(site.pageUrl).hash.slice(1)).get("token");
  for (const deadline = performance.now() + DRAINED_WITHIN_MS; performance.now() < deadline; ) {
    const answer = await fetch(new URL("/v1/overview", site.url), { headers: { authorization: `Bearer ${token}` } });
    const kiosk = answer.ok ? SiteOverview.parse(await answer.json()).kiosks[0] : undefined;
    if (kiosk && kiosk.journalSeq >= events) return kiosk.chainValid;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  return false;
}
