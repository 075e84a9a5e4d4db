export { type Advertised, Advertiser, type Showing } from "./advertiser.js";
export { createBlenoRadio } from "./bleno-radio.js";
export type { LinkListener, PhoneRadio, RadioLink, RadioListener } from "./port.js";
export { TapLink } from "./tap-link.js";
export type { Consent, ConsentAsked, TapEnd, TapOwner } from "./tap-owner.js";
