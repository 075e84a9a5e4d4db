import { type Der, integer, sequence, smallInteger, tagged, time } from "@wardkey/protocol/credential/der-write";
import { authorityKeyIdentifier, extension, type IssuerName, SIGNATURE_ALGORITHM } from "./certificate-body.js";
import { OID } from "./oids.js";

export interface RevokedSerial {
  /** Hexadecimal. */
  readonly serial: string;
  readonly at: number;
}

/** The TBSCertList of RFC 5280 5.1. Its number is the deny epoch, which only grows. */
export function crlBody(list: {
  issuer: IssuerName;
  number: number;
  thisUpdate: number;
  nextUpdate: number;
  revoked: readonly RevokedSerial[];
}): Der {
  const entries = list.revoked.map(({ serial, at }) => sequence(integer(bytesOfHex(serial)), time(at)));
  return sequence(
    smallInteger(1),
    SIGNATURE_ALGORITHM,
    list.issuer.subject,
    time(list.thisUpdate),
    time(list.nextUpdate),
    // RFC 5280 5.1.2.6: absent rather than empty.
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    tagged(0, sequence(authorityKeyIdentifier(list.issuer.keyId), crlNumber(list.number))),
  );
}

const crlNumber = (epoch: number): Der => extension(OID.crlNumber, false, smallInteger(epoch));

export function bytesOfHex(hex: string): Uint8Array {
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Uint8Array.from({ length: even.length / 2 }, (_, index) =>
    Number.parseInt(even.slice(2 * index, 2 * index + 2), 16),
  );
}
