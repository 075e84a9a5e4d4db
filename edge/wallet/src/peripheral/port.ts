/** One central that is connected and has subscribed: bytes go both ways in frames. */
export interface RadioLink {
  readonly id: string;
  /** The 16-byte identifier that was in the air when the central connected; `null` when there was none. */
  readonly identifier: Uint8Array | null;
  /** Most bytes of one frame: ATT MTU - 3, as it stood when the central subscribed. */
  readonly payloadBytes: number;
  /** Sends one frame; does nothing on a link that is gone. */
  send(frame: Uint8Array): void;
  /** Ends the link; `closed` follows. */
  close(): void;
  /** Who hears of this link; set once, at once, by whoever is handed the link. */
  listen(listener: LinkListener): void;
}

export interface LinkListener {
  frame(frame: Uint8Array): void;
  closed(): void;
}

export interface RadioListener {
  link(link: RadioLink): void;
  /** The radio came or went: nothing is in the air any more, and what is to be shown has to be said again. */
  changed(): void;
}

/**
 * The phone's radio in the peripheral role: it shows one rotating identifier and takes frames from whoever connects and
 * subscribes. It keeps showing itself while links are open, so that the next kiosk can see a phone that is served.
 */
export interface PhoneRadio {
  /** Resolves once the radio is powered; refuses with `radio-unavailable` when it is not within 10 s. */
  start(listener: RadioListener): Promise<void>;
  /** Shows this identifier from now on, in place of the last. Live links are not touched. Refuses with `radio-unavailable`. */
  advertise(identifier: Uint8Array): Promise<void>;
  /** Shows nothing. Live links are not touched. */
  silence(): Promise<void>;
  stop(): Promise<void>;
}
