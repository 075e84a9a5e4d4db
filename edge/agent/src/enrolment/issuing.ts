import { type OpaqueTemplate, templateDigest } from "@wardkey/protocol/credential";
import type { EnrolmentGrant } from "@wardkey/protocol/fleet";
import type { EnrolSession } from "../tap/index.js";
import type { SiteLink } from "../uplink/index.js";
import { TemplateKey } from "../vision/index.js";

/** What an enrolment has of the phone and of its owner's face; without a face there is neither template nor quality. */
export interface MadeForPhone {
  readonly holderPublicKey: Uint8Array;
  readonly transcript: Uint8Array;
  readonly template: OpaqueTemplate | null;
  readonly quality?: number;
}

/**
 * Has the site sign a credential and hands it to the phone; answers `null`, or the code of what stopped it. The site sees a
 * digest, a public key and how good the views were, never the template; the phone alone gets that.
 */
export async function issueTo(input: {
  readonly site: Pick<SiteLink, "issueCredential">;
  readonly session: EnrolSession;
  readonly grant: EnrolmentGrant;
  readonly made: MadeForPhone;
  readonly signal: AbortSignal;
}): Promise<string | null> {
  const { site, session, grant, made, signal } = input;
  const issued = await site.issueCredential(grant.enrolment, {
    holderPublicKey: text(made.holderPublicKey),
    templateDigest: text(templateDigest(made.template)),
    transcript: text(made.transcript),
    ...(made.quality === undefined ? {} : { quality: made.quality }),
  });
  if (!issued.ok) return issued.code;
  if (signal.aborted) return reasonOf(signal);
  const eidKey = Buffer.from(issued.value.eidKey, "base64url");
  try {
    const credential = Buffer.from(issued.value.credential, "base64url");
    const taken = await session.issue({ credential, template: made.template, eidKey });
    return taken.ok ? null : taken.code;
  } finally {
    eidKey.fill(0);
  }
}

export const reasonOf = (signal: AbortSignal): string =>
  typeof signal.reason === "string" ? signal.reason : "cancelled";

export function readKey(grant: EnrolmentGrant): TemplateKey {
  const bytes = Buffer.from(grant.templateKey, "base64url");
  try {
    return new TemplateKey(bytes);
  } finally {
    bytes.fill(0);
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64url");
