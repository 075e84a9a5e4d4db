import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import { CeremonyOptions } from "@wardkey/protocol/fleet";
import { ask, Refused } from "./ask.js";

/** Asks for the options at `path`, then the browser for a new passkey. Refuses with `passkey-cancelled`. */
export async function makePasskey(path: string, body?: unknown): Promise<unknown> {
  const options = await ask({ method: "POST", path, body, answer: CeremonyOptions });
  // The site made them by the same specification; the browser refuses what is none.
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  return startRegistration({ optionsJSON }).catch((cause: unknown) => {
    const known = cause instanceof Error && cause.name === "InvalidStateError";
    throw new Refused(known ? "passkey-known" : "passkey-cancelled", { cause });
  });
}

/** Asks for the options at `path`, then the browser for a passkey's signature. Refuses with `passkey-cancelled`. */
export async function signWithPasskey(path: string): Promise<unknown> {
  const options = await ask({ method: "POST", path, answer: CeremonyOptions });
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  return startAuthentication({ optionsJSON }).catch((cause: unknown) => {
    throw new Refused("passkey-cancelled", { cause });
  });
}
