export * from "./attackers/advertising-flood.js";
export type { AttAnswer, FoundCharacteristic } from "./attackers/att-client.js";
export * from "./attackers/forged-strength.js";
export { createRawHost, type HeardReport, type RawAdvertising, type RawHost } from "./attackers/raw-host.js";
export type { RawLink } from "./attackers/raw-link.js";
export * from "./attackers/recorder.js";
export * from "./attackers/relay.js";
export * from "./attackers/rogue-central.js";
export * from "./attackers/stubborn-phone.js";
export { type AdapterFaults, withFaults } from "./hci/adapter-faults.js";
export type { AddressType, BluetoothAddress } from "./hci/address.js";
export { decodeHostPacket, type HostPacket } from "./hci/packets.js";
export type { Advertisement, HeardFrame } from "./room/air.js";
export { type Cancel, type Clock, createSystemClock } from "./room/clock.js";
export type {
  PairState,
  ParticipantState,
  PathLossChange,
  RoomControl,
  RoomRefusal,
  RoomReply,
  RoomState,
} from "./room/control.js";
export { createManualClock, type ManualClock } from "./room/manual-clock.js";
export type { JoinOptions, JoinRefusal, Participant } from "./room/participant.js";
export { DEFAULT_PATH_LOSS, type PathLoss, type Position } from "./room/propagation.js";
export { createRoom, type JoinOutcome, type Room, type RoomOptions } from "./room/room.js";
export * from "./stacks/bleno.js";
export { type HciSocketClass, hciSocketClassFor } from "./stacks/hci-socket.js";
export * from "./stacks/noble.js";
export * from "./stacks/simulated-kernel.js";
export {
  type ConnectControlOutcome,
  type ConnectOptions,
  type ConnectRefusal,
  connectControl,
  type JoinRoomOptions,
  type JoinRoomOutcome,
  joinRoom,
} from "./transport/join.js";
export { type ServeOptions, type ServeOutcome, type ServeRefusal, serveRoom } from "./transport/serve.js";
