import { MAX_UP_BYTES, ReportedMessage, ResponseMessage, StatusMessage } from "@wardkey/protocol/fleet";
import type { Heard } from "../domain/shadow.js";

export type UpLeaf = "status" | "reported" | "res";

export type Parsed =
  | { readonly ok: true; readonly heard: Heard }
  | { readonly ok: true; readonly response: { status: number; code: string | null } }
  | { readonly ok: false; readonly code: "message-too-large" | "message-malformed" };

/** What a device said under `up/`, strictly as its schema reads it; nothing of what it sent is in the refusal. */
export function parseUp(leaf: UpLeaf, payload: Uint8Array): Parsed {
  if (payload.length > MAX_UP_BYTES) return { ok: false, code: "message-too-large" };
  const json = jsonOf(payload);
  switch (leaf) {
    case "status": {
      const parsed = StatusMessage.safeParse(json);
      if (!parsed.success) return MALFORMED;
      const { kind, at, body } = parsed.data;
      return { ok: true, heard: { kind, session: body.session, at } };
    }
    case "reported": {
      const parsed = ReportedMessage.safeParse(json);
      if (!parsed.success) return MALFORMED;
      return { ok: true, heard: { kind: "reported", body: parsed.data.body, at: parsed.data.at } };
    }
    case "res": {
      const parsed = ResponseMessage.safeParse(json);
      return parsed.success ? { ok: true, response: parsed.data.body } : MALFORMED;
    }
  }
}

const MALFORMED = { ok: false, code: "message-malformed" } as const;

function jsonOf(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}
