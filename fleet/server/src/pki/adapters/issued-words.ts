import { WardkeyError } from "@wardkey/protocol";
import { type Certificate, parseCertificate } from "@wardkey/protocol/credential";
import { OID } from "../domain/oids.js";

/** What a reader certificate of the issue log says. */
export function readerNamed(der: Uint8Array): { name: string; ward: string; publicKey: Uint8Array } | undefined {
  const { subjectAttributes, publicKey } = readIssued(der);
  const name = subjectAttributes.get(OID.commonName);
  const ward = subjectAttributes.get(OID.organizationalUnit);
  return name === undefined || ward === undefined ? undefined : { name, ward, publicKey };
}

/** A certificate of the issue log, which this site made. Throws `issue-log-damaged`. */
export function readIssued(der: Uint8Array): Certificate {
  const parsed = parseCertificate(der);
  if (parsed === undefined) throw new WardkeyError("issue-log-damaged", "a certificate in the issue log is unreadable");
  return parsed;
}
