import { createHash } from "node:crypto";
import { EnrolmentTicket } from "@wardkey/protocol/fleet";
import { readIfThere } from "./private-file.js";

const MAX_TICKET_BYTES = 4_096;

export type TicketRead =
  | { readonly ok: true; readonly ticket: EnrolmentTicket; readonly digest: string }
  | { readonly ok: false; readonly code: "ticket-missing" | "ticket-malformed" | "ticket-of-another" };

/** The ticket that somebody carried to this device. `digest` tells tickets apart without keeping their token. */
export async function readTicket(file: string, device: string): Promise<TicketRead> {
  const text = await readIfThere(file).catch(() => null);
  if (text === null) return { ok: false, code: "ticket-missing" };
  const parsed = EnrolmentTicket.safeParse(text.length > MAX_TICKET_BYTES ? undefined : jsonOf(text));
  if (!parsed.success) return { ok: false, code: "ticket-malformed" };
  const ticket = parsed.data;
  if (ticket.device !== device || ticket.profile !== "kiosk") return { ok: false, code: "ticket-of-another" };
  const digest = createHash("sha256").update(`${ticket.site} ${ticket.device} ${ticket.token}`).digest("base64url");
  return { ok: true, ticket, digest };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
