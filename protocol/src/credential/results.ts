/** Why something that the site signed was refused. Stable: screens map codes to words. */
export type CredentialCode =
  | "root-malformed"
  | "root-expired"
  | "certificate-malformed"
  | "certificate-untrusted"
  | "certificate-expired"
  | "certificate-not-yet-valid"
  | "certificate-usage"
  | "certificate-site"
  | "credential-malformed"
  | "credential-signature"
  | "credential-expired"
  | "credential-not-yet-valid"
  | "credential-site"
  | "status-malformed"
  | "status-signature"
  | "status-expired"
  | "status-not-yet-valid"
  | "status-site"
  | "notice-malformed"
  | "notice-signature"
  | "notice-not-yet-valid"
  | "notice-site"
  | "receipt-malformed"
  | "receipt-signature"
  | "receipt-site"
  | "offer-malformed";

/** A refusal with its stable code: expected, so a value. */
export interface Refused<Code extends string> {
  readonly ok: false;
  readonly code: Code;
}

/** What a check answers: the thing checked, or the code of its refusal. */
export type Checked<T, Code extends string = CredentialCode> = ({ readonly ok: true } & T) | Refused<Code>;

export function refused<Code extends string>(code: Code): Refused<Code> {
  return { ok: false, code };
}
