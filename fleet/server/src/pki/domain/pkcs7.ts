import { type Der, oid, sequence, set, smallInteger, tagged } from "./der-write.js";
import { OID } from "./oids.js";

/** A certs-only message (RFC 5652 5, RFC 7030 4.1.3): a SignedData that signs nothing and carries certificates. */
export function certsOnly(certificates: readonly Uint8Array[]): Der {
  const signedData = sequence(
    smallInteger(1),
    set(),
    sequence(oid(OID.data)),
    tagged(0, ...setOrder(certificates)),
    set(),
  );
  return sequence(oid(OID.signedData), tagged(0, signedData));
}

/** X.690 11.6: DER orders the members of a SET OF by their bytes. */
function setOrder(members: readonly Uint8Array[]): Uint8Array[] {
  return [...members].sort((a, b) => {
    for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
      const difference = (a[at] ?? 0) - (b[at] ?? 0);
      if (difference !== 0) return difference;
    }
    return a.length - b.length;
  });
}
