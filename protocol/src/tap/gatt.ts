/** The one GATT service of a phone, found only after connecting: nothing fixed is ever advertised. */
export const GATT = {
  service: "9d1f0001c0de4b1a8f0a57a12dc3e001",
  /** Central to phone, with response. */
  write: "9d1f0002c0de4b1a8f0a57a12dc3e001",
  /** Phone to central; subscribing starts the tap. */
  notify: "9d1f0003c0de4b1a8f0a57a12dc3e001",
} as const;
