import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { AgentConfig } from "../config.js";
import { CredentialFiles } from "../uplink/index.js";
import type { Machine } from "./machine.js";
import { type Check, well } from "./report.js";

const DAY_MS = 86_400_000;
// A certificate renews at half its life; in its last fifth something keeps it from that.
const LATE = 0.2;
/** A difference that no honest clock has. */
const CLOCK_OFF_MS = 5 * 60_000;
const MEBIBYTE = 1_048_576;
const LEAST_BYTES = 64 * MEBIBYTE;
const FEW_BYTES = 512 * MEBIBYTE;
const LEAST_ENTRIES = 1_000;
const AS_ITS_USER = "Run this as the user of the agent, or as root.";

interface Dates {
  readonly from: number;
  readonly to: number;
}

/** Who this kiosk is to its site: its two certificates, and how long they last. */
export async function checkCertificate(
  machine: Machine,
  config: Pick<AgentConfig, "dataDir" | "site">,
  now: number,
): Promise<Check> {
  const id = "certificate";
  const folder = machine.at(config.dataDir);
  const refused = await machine.refuses(join(config.dataDir, "credentials.json"), "read");
  if (refused === "EACCES") {
    return {
      id,
      status: "unknown",
      code: "data-forbidden",
      says: "The agent's data may not be read.",
      mend: AS_ITS_USER,
    };
  }
  const kept = refused === null ? await new CredentialFiles(folder).credentials() : null;
  if (kept === null) {
    const ticket = await machine.exists(config.site.ticketFile);
    return {
      id,
      status: "wrong",
      code: refused === null ? "credentials-damaged" : "not-enrolled",
      says: "This kiosk has no identity at the site.",
      mend: ticket
        ? "A ticket lies ready: start the agent, with the fleet server in reach."
        : `Make a ticket (wardkey device ticket) and put it at ${config.site.ticketFile}.`,
    };
  }
  const certificates = [
    ["identity", kept.identity.leaf],
    ["reader certificate", kept.reader.certified?.leaf],
  ] as const;
  let soonest: { readonly name: string; readonly dates: Dates } | undefined;
  for (const [name, leaf] of certificates) {
    if (leaf === undefined) continue;
    const dates = datesOf(leaf);
    const wrong = dates === null ? "certificate-unreadable" : wrongDates(dates, now);
    if (dates === null || wrong !== null) {
      return {
        id,
        status: "wrong",
        code: wrong ?? "certificate-unreadable",
        says: `The ${name} of ${kept.device} ${dates === null ? "cannot be read" : spoken(dates, now)}.`,
        mend: "See that the clock is right and the fleet server in reach: the agent renews it by itself.",
      };
    }
    if (soonest === undefined || dates.to < soonest.dates.to) soonest = { name, dates };
  }
  if (soonest === undefined) return well(id, `${kept.device} has an identity.`);
  const { name, dates } = soonest;
  const says = `${kept.device} is known to its site; its ${name} ${spoken(dates, now)}.`;
  if ((dates.to - now) / (dates.to - dates.from) >= LATE) return well(id, says);
  return {
    id,
    status: "warning",
    code: "certificate-not-renewed",
    says,
    mend: "It should have been renewed by now: see that the fleet server is in reach.",
  };
}

function datesOf(leaf: string): Dates | null {
  try {
    const { validFrom, validTo } = new X509Certificate(Buffer.from(leaf, "base64url"));
    return { from: Date.parse(validFrom), to: Date.parse(validTo) };
  } catch {
    return null;
  }
}

function wrongDates({ from, to }: Dates, now: number): string | null {
  if (now < from - CLOCK_OFF_MS) return "certificate-not-yet-valid";
  return now > to ? "certificate-expired" : null;
}

function spoken({ from, to }: Dates, now: number): string {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 16).replace("T", " ");
  if (now < from) return `begins only at ${day(from)} UTC`;
  return now > to ? `ended at ${day(to)} UTC` : `is good until ${day(to)} UTC`;
}

/** Whether the clock goes right: a kiosk never believes a clock that was turned back, and so lets nobody in. */
export async function checkClock(machine: Machine, dataDir: string | null, now: number): Promise<Check> {
  const id = "clock";
  const mend = "Set the clock, and see that it follows a time server: timedatectl set-ntp true";
  const highest = dataDir === null ? null : Number((await machine.text(join(dataDir, "highest-time"))) ?? "0");
  if (highest !== null && highest > now + CLOCK_OFF_MS) {
    const days = ((highest - now) / DAY_MS).toFixed(1);
    return {
      id,
      status: "wrong",
      code: "clock-turned-back",
      says: `The agent has seen a time that is ${days} days ahead of this clock.`,
      mend,
    };
  }
  // systemd-timesyncd(8) makes this file when it has set the clock; chronyd has its own folder while it runs.
  const followed = await Promise.all(
    ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"].map(machine.exists),
  );
  if (followed.includes(true)) return well(id, "The clock follows a time server.");
  return {
    id,
    status: "warning",
    code: "clock-not-followed",
    says: "Nothing shows that the clock follows a time server.",
    mend,
  };
}

/** Whether the journal has room: unlocking stops before events would be lost. */
export async function checkJournalDisk(machine: Machine, dataDir: string): Promise<Check> {
  const id = "journal-disk";
  const refused = await machine.refuses(dataDir, "write");
  const free = await machine.space(dataDir);
  if (refused === "EACCES") {
    return { id, status: "unknown", code: "data-forbidden", says: `${dataDir} may not be written.`, mend: AS_ITS_USER };
  }
  const wrong = (code: string, says: string, mend: string): Check => ({ id, status: "wrong", code, says, mend });
  if (refused === "EROFS") {
    return wrong("disk-read-only", `${dataDir} is on a disk that cannot be written.`, "See why: dmesg | grep -i error");
  }
  if (refused !== null || free === null) {
    return wrong(
      "data-missing",
      `${dataDir} is not there (${refused ?? "no answer"}).`,
      "Make it, for the agent's user.",
    );
  }
  const room = `${Math.floor(free.bytes / MEBIBYTE)} MiB are free`;
  if (free.bytes < LEAST_BYTES || (free.entries !== null && free.entries < LEAST_ENTRIES)) {
    return wrong(
      "disk-full",
      `${room} for the journal.`,
      "Make room; nobody is let in when the journal cannot be kept.",
    );
  }
  if (free.bytes >= FEW_BYTES) return well(id, `${room} for the journal.`);
  return { id, status: "warning", code: "disk-nearly-full", says: `${room} for the journal.`, mend: "Make room soon." };
}
