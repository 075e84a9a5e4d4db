export type { AddressType, Advert, CentralRadio, ConnectCode, Connected, RadioAddress } from "./central-radio.js";
export { type CentralRadioInput, createCentralRadio } from "./noble-radio.js";
export type { LinkLostCode, LinkStep, PhoneLink } from "./phone-link.js";
