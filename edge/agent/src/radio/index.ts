export { type AdapterCode, alreadyOpen, type BluetoothAdapter, type OpenedAdapter } from "./adapter.js";
export type { AddressType, Advert, CentralRadio, ConnectCode, Connected, RadioAddress } from "./central-radio.js";
export { type CentralRadioInput, createCentralRadio } from "./noble-radio.js";
export type { LinkLostCode, LinkStep, PhoneLink } from "./phone-link.js";
export { type AdapterList, listAdapters, type SystemAdapterInput, systemAdapter } from "./system-adapter.js";
