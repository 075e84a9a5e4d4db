/** What `bench -- console` asks of the fleet server's process, and what that answers (over IPC). */

export type ToServer =
  | { readonly type: "fill"; readonly devices: number; readonly people: number; readonly events: number }
  | { readonly type: "stop" };

export type FromServer =
  | { readonly type: "ready"; readonly url: string; readonly setupUrl: string }
  | { readonly type: "filled"; readonly seconds: number; readonly events: number };
