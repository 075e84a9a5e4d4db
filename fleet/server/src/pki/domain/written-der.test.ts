import { DER, inside, oidText, readElements } from "@wardkey/protocol/credential";
import {
  element,
  integer,
  octetString,
  oid,
  sequence,
  smallInteger,
  time,
} from "@wardkey/protocol/credential/der-write";
import { certsOnly } from "@wardkey/protocol/fleet/est";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { certificateBody, nameOf } from "./certificate-body.js";
import { bytesOfHex } from "./crl-body.js";
import { OID } from "./oids.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("DER", () => {
  it("writes integers in their one shortest form", () => {
    expect([0, 1, 127, 128, 255, 256, 600_000].map((value) => hex(smallInteger(value)))).toEqual([
      "020100",
      "020101",
      "02017f",
      "02020080",
      "020200ff",
      "02020100",
      "02030927c0",
    ]);
    expect(hex(integer(bytesOfHex("0000ff")))).toBe("020200ff");
    expect(hex(integer(bytesOfHex("f")))).toBe("02010f");
  });

  it("writes years until 2049 with two digits and later ones with four", () => {
    const at = (iso: string): string => text(time(Date.parse(iso)));
    expect(at("2049-12-31T23:59:59.999Z")).toBe("\x17\x0d491231235959Z");
    expect(at("2050-01-01T00:00:00Z")).toBe("\x18\x0f20500101000000Z");
  });

  it("is read back by the strict reader, whatever its sizes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }), (contents) => {
        const [outer] = readElements(sequence(...contents.map((content) => octetString(content)))) ?? [];
        const read = inside(outer, DER.sequence)?.map(({ content }) => Uint8Array.from(content));
        expect(read).toEqual(contents.map((content) => Uint8Array.from(content)));
      }),
    );
  });

  it("writes every object identifier that the site uses", () => {
    for (const dotted of Object.values(OID)) expect(oidText(readElements(oid(dotted))?.[0])).toBe(dotted);
  });

  it("orders the certificates of a message by their bytes, as a SET OF must be", () => {
    const [a, b, c] = [
      element(0x30, Uint8Array.of(1)),
      element(0x30, Uint8Array.of(2)),
      element(0x30, Uint8Array.of(2, 0)),
    ];
    expect(certsOnly([c, b, a])).toEqual(certsOnly([a, c, b]));
  });

  it("keeps what a name says as text, also what looks like an escape", () => {
    const name = nameOf({ commonName: "#0401ff, CN=root", organization: "st-mary", organizationalUnit: "Ward Ω" });
    const values = (inside(readElements(name)?.[0], DER.sequence) ?? []).map((set) => {
      const [pair] = inside(set, DER.set) ?? [];
      return Buffer.from(inside(pair, DER.sequence)?.[1]?.content ?? []).toString("utf8");
    });
    expect(values).toEqual(["st-mary", "Ward Ω", "#0401ff, CN=root"]);
  });

  it("gives a certificate its eight fields", () => {
    const name = nameOf({ commonName: "a", organization: "b" });
    const body = certificateBody({
      serial: bytesOfHex("ff"),
      issuer: { subject: name, keyId: new Uint8Array(20) },
      subject: name,
      publicKey: sequence(),
      notBefore: 0,
      notAfter: 1_000,
      kind: { kind: "leaf", usage: OID.serverAuth, names: [{ dns: "localhost" }] },
    });
    const fields = inside(readElements(body)?.[0], DER.sequence) ?? [];
    expect(fields.map(({ tag }) => tag)).toEqual([0xa0, 0x02, 0x30, 0x30, 0x30, 0x30, 0x30, 0xa3]);
  });
});
