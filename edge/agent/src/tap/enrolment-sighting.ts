import type { Clock } from "@wardkey/protocol";
import { type EnrolmentOffer, enrolmentIdentifier } from "@wardkey/protocol/credential";
import type { Advert, CentralRadio, RadioAddress } from "../radio/index.js";

export type EnrolmentSighting =
  | { readonly ok: true; readonly at: RadioAddress; readonly identifier: Uint8Array }
  | { readonly ok: false; readonly code: "aborted" | "offer-expired" };

/** Listens for the one phone that was given the offer's token, until the offer ends. */
export function awaitEnrolmentPhone(input: {
  readonly radio: CentralRadio;
  readonly clock: Clock;
  readonly offer: EnrolmentOffer;
  readonly signal: AbortSignal;
}): Promise<EnrolmentSighting> {
  const { radio, clock, offer, signal } = input;
  const identifier = enrolmentIdentifier(offer.token);
  const left = offer.expiresAt - clock.now();
  if (signal.aborted) return Promise.resolve({ ok: false, code: "aborted" });
  if (left <= 0) return Promise.resolve({ ok: false, code: "offer-expired" });
  return new Promise((resolve) => {
    const settle = (sighting: EnrolmentSighting): void => {
      clearTimeout(timer);
      off();
      signal.removeEventListener("abort", onAbort);
      resolve(sighting);
    };
    const onAbort = (): void => settle({ ok: false, code: "aborted" });
    const off = radio.onAdvert((advert: Advert) => {
      if (!Buffer.from(identifier).equals(advert.identifier)) return;
      const { address, addressType } = advert;
      settle({ ok: true, at: { address, addressType }, identifier });
    });
    const timer = setTimeout(() => settle({ ok: false, code: "offer-expired" }), left);
    signal.addEventListener("abort", onAbort);
  });
}
