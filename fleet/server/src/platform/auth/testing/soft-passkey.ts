import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { isoCBOR } from "@simplewebauthn/server/helpers";
import type { Assertion, Attestation } from "../webauthn.js";

const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();
const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_KEY = 0x40;

export interface Ceremony {
  readonly challenge: string;
  readonly origin: string;
  readonly relyingParty?: string;
  /** `false`: nobody showed a finger or a PIN. */
  readonly verified?: boolean;
}

/** An authenticator in software (CTAP 2.2, WebAuthn 3 §6), which also does what an honest one would not. */
export class SoftPasskey {
  readonly #key: KeyObject;
  readonly id: string;
  counter = 0;

  constructor(copyOf?: SoftPasskey) {
    this.#key = copyOf === undefined ? generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey : copyOf.#key;
    this.id = randomBytes(32).toString("base64url");
  }

  register(ceremony: Ceremony): Attestation {
    const clientDataJSON = clientData("webauthn.create", ceremony);
    const id = Buffer.from(this.id, "base64url");
    const length = Buffer.alloc(2);
    length.writeUInt16BE(id.length);
    const authData = Buffer.concat([this.#flags(ceremony, HAS_KEY), Buffer.alloc(16), length, id, this.#coseKey()]);
    const object = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", Uint8Array.from(authData)],
    ]);
    const attestationObject = Buffer.from(isoCBOR.encode(object as never)).toString("base64url");
    const response = { clientDataJSON, attestationObject, transports: ["internal"] };
    return { id: this.id, rawId: this.id, type: "public-key", response };
  }

  sign(ceremony: Ceremony): Assertion {
    const clientDataJSON = clientData("webauthn.get", ceremony);
    const authenticatorData = this.#flags(ceremony, 0);
    const signed = Buffer.concat([authenticatorData, sha256(Buffer.from(clientDataJSON, "base64url"))]);
    const response = {
      clientDataJSON,
      authenticatorData: authenticatorData.toString("base64url"),
      signature: sign("sha256", signed, createPrivateKey(this.#key.export({ format: "pem", type: "pkcs8" }))).toString(
        "base64url",
      ),
    };
    return { id: this.id, rawId: this.id, type: "public-key", response };
  }

  #flags({ relyingParty = "localhost", verified = true }: Ceremony, more: number): Buffer {
    this.counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(this.counter);
    const flags = USER_PRESENT | (verified ? USER_VERIFIED : 0) | more;
    return Buffer.concat([sha256(Buffer.from(relyingParty)), Buffer.from([flags]), counter]);
  }

  #coseKey(): Buffer {
    const { x, y } = this.#key.export({ format: "jwk" });
    const coordinate = (text: string | undefined): Uint8Array => Uint8Array.from(Buffer.from(text ?? "", "base64url"));
    // RFC 9053 7.1.1: kty EC2, alg ES256, crv P-256.
    const key = new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, coordinate(x)],
      [-3, coordinate(y)],
    ]);
    return Buffer.from(isoCBOR.encode(key as never));
  }
}

const clientData = (type: string, { challenge, origin }: Ceremony): string =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false })).toString("base64url");
