import { type Instant, instant } from "@wardkey/protocol";
import { openJws, type SiteTrust } from "@wardkey/protocol/credential";
import { Checkpoint } from "@wardkey/protocol/fleet";
import { TO_ALL, verifyDownward, verifyStatement } from "@wardkey/protocol/fleet/signed";
import type { ArchivedCheckpoint, ArchivedHead } from "./archive.js";

/** Did this site sign this head: with a certificate that was valid when it did. */
export async function headHolds(head: ArchivedHead, trust: SiteTrust): Promise<boolean> {
  const at = signedAt(head.jws, "wardkey-down+jwt");
  if (at === null) return false;
  const checked = await verifyDownward(head.jws, { trust, device: TO_ALL, kind: "tree-head", at });
  if (!checked.ok) return false;
  const { size, root } = checked.message.body;
  return size === head.size && root === head.root && checked.message.body.at === head.at;
}

/** Did this device sign this checkpoint: with a certificate that was valid when it did. */
export async function checkpointHolds(checkpoint: ArchivedCheckpoint, trust: SiteTrust): Promise<boolean> {
  const at = signedAt(checkpoint.jws, "wardkey-statement+jwt");
  if (at === null) return false;
  const checked = await verifyStatement(checkpoint.jws, { trust, at, kind: "checkpoint", to: null });
  if (!checked.ok || checked.statement.device !== checkpoint.device) return false;
  const body = Checkpoint.safeParse(checked.statement.body);
  return body.success && body.data.seq === checkpoint.seq && body.data.head === checkpoint.head;
}

const MAX_JWS = 256 * 1024;

/** What a JWS says of when it was made; nothing of it is verified yet. */
export function signedAt(jws: string, typ: string): Instant | null {
  const opened = openJws(jws, typ, MAX_JWS);
  if (opened === undefined) return null;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(opened.payload).toString("utf8"));
    const iat = typeof parsed === "object" && parsed !== null && "iat" in parsed ? parsed.iat : undefined;
    return typeof iat === "number" && Number.isSafeInteger(iat) && iat >= 0 ? instant(iat * 1_000) : null;
  } catch {
    return null;
  }
}
