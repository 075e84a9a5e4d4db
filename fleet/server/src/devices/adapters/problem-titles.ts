import type { ProblemTitles } from "../../platform/http/problem.js";

export const deviceProblemTitles: ProblemTitles = {
  "device-busy": "Others change this device at this moment: try again",
  "device-denied": "This device was cut off by the site",
  "device-enrolled": "This device has an identity already: replace it, or choose another id",
  "device-known": "A device of this id is known already",
  "device-not-quarantined": "This device is not in quarantine",
  "device-offline": "This device is not connected now",
  "device-quarantined": "This device is in quarantine: release it first",
  "device-retired": "This device was retired: its id is spent",
  "device-unknown": "The site knows no such device",
  "downlink-full": "Too much waits for the broker: try again when it is back",
  "downlink-older": "A newer message of this kind was sent already",
  "downlink-too-large": "The message is too large to travel",
  "kiosk-only": "Only kiosks fetch this",
  "table-unknown": "There is no such table any more: fetch the lease again",
  "ticket-refused": "The certificate authority issues no ticket for this device now",
  "weakening-needs-officer": "This would weaken the device's policy: a security officer must do it",
};
