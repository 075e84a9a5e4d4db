/** Where the phone is in the simulated room of the demo. */
export interface RoomPlace {
  /** Metres from the kiosk. */
  readonly distance: number;
  /** A body stands between the phone and the kiosk. */
  readonly pocket: boolean;
}

/** Moves the phone through the simulated room. Every call refuses with `room-unavailable` when the room does not answer. */
export interface SimulatedRoom {
  /** The kiosk's name among the participants. */
  readonly kiosk: string;
  place(): RoomPlace;
  move(distance: number): Promise<void>;
  pocket(on: boolean): Promise<void>;
}
