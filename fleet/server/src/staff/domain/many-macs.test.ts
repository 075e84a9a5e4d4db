import { createHmac } from "node:crypto";
import { rotatingIdentifier } from "@wardkey/protocol/credential";
import fc from "fast-check";
import { expect, it } from "vitest";
import { manyMacs } from "./many-macs.js";

it("says what node:crypto says, for every length of key, message and answer, one after the other", () => {
  const bytes = (maxLength: number) => fc.uint8Array({ maxLength });
  fc.assert(
    fc.property(
      bytes(64),
      fc.array(bytes(200), { maxLength: 5 }),
      fc.integer({ min: 0, max: 32 }),
      (key, messages, size) => {
        const mac = manyMacs(key);
        for (const message of messages) {
          const to = new Uint8Array(size);
          mac(message, to);
          expect(Buffer.from(to).equals(createHmac("sha256", key).update(message).digest().subarray(0, size))).toBe(
            true,
          );
        }
      },
    ),
    { numRuns: 1_000 },
  );
});

it("gives the identifiers that phones advertise (RFC 4231 test case 1 beside them)", () => {
  const to = new Uint8Array(32);
  manyMacs(new Uint8Array(20).fill(0x0b))(new TextEncoder().encode("Hi There"), to);
  expect(Buffer.from(to).toString("hex")).toBe("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  const eidKey = new Uint8Array(32).fill(7);
  for (const site of ["a", "st-mary", "s".repeat(63)]) {
    const message = Buffer.concat([Buffer.from(site), Buffer.of(0), Buffer.alloc(8)]);
    message.writeBigUInt64BE(1_994_000n, site.length + 1);
    const identifier = new Uint8Array(16);
    manyMacs(eidKey)(message, identifier);
    expect(identifier).toEqual(rotatingIdentifier({ eidKey, site, window: 1_994_000 }));
  }
});
