import { type Der, oid, sequence, set } from "@wardkey/protocol/credential/der-write";
import { OID } from "./oids.js";

/** What a request must hold (RFC 7030 4.5.2): a key on P-256 and a signature with SHA-256. */
export const csrAttributes = (): Der =>
  sequence(sequence(oid(OID.ecPublicKey), set(oid(OID.p256))), oid(OID.ecdsaWithSha256));
