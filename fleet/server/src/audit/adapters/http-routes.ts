import { type EventAck, EventBatch } from "@wardkey/protocol/fleet";
import type { CallerCheck } from "../../platform/http/caller.js";
import { Refusal } from "../../platform/http/problem.js";
import { type HttpServer, parse } from "../../platform/http/server.js";
import type { Audit } from "../app/audit.js";
import type { Head } from "../domain/ingest.js";

/** Where kiosks hand in their journal. */
export function auditRoutes(
  server: HttpServer,
  { audit, kiosks }: { audit: Audit; kiosks: CallerCheck<{ id: string }> },
): void {
  const { onRequest, callerOf } = kiosks;

  server.post("/v1/kiosk/events", { onRequest }, async (request) => {
    const { id } = callerOf(request);
    const { events } = parse(EventBatch, request.body);
    const { head, refusal } = await audit.take(id, events);
    if (refusal === null) return ackOf(head);
    const facts = { seq: refusal.seq, acknowledged: head.seq, keys: refusal.keys };
    request.log.warn({ code: refusal.code, kiosk: id, seq: refusal.seq }, "journal refused");
    throw new Refusal(refusal.code.startsWith("event-") ? 422 : 409, refusal.code, facts);
  });

  server.get("/v1/kiosk/events/head", { onRequest }, async (request) => ackOf(await audit.head(callerOf(request).id)));
}

const ackOf = ({ seq, hash }: Head): EventAck => ({ seq, head: hash });
