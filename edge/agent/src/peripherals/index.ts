export type { HidBus, HidConnection, HidDevice } from "./hid-bus.js";
export { createNodeHidBus } from "./node-hid-bus.js";
export { Peripherals, type SeenDevice, surveyHid } from "./peripherals.js";
export { ProfilesInForce } from "./profiles-in-force.js";
export type { RelayAnswer, RelayBoard, RelayDefaults } from "./relay-board.js";
export { createSerialBus, severalBuses } from "./serial-bus.js";
