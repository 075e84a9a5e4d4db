import type { EnrolmentTicket } from "@wardkey/protocol/fleet";

/** What `bench -- console` asks of the fleet server's process, and what that answers (over IPC). */

export type ToServer =
  | { readonly type: "fill"; readonly devices: number; readonly people: number; readonly events: number }
  /** Decides what the site says to people, and makes one more kiosk known. */
  | { readonly type: "kiosk" }
  | { readonly type: "stop" };

export type FromServer =
  | { readonly type: "ready"; readonly url: string; readonly setupUrl: string }
  | {
      readonly type: "kiosk";
      readonly ticket: EnrolmentTicket;
      readonly mqttUrl: string;
      /** PEM. */
      readonly root: string;
      readonly site: string;
    }
  | { readonly type: "filled"; readonly seconds: number; readonly events: number };
