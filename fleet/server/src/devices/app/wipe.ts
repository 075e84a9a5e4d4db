import { z } from "zod";
import type { CommandOutcome, Commands } from "./commands.js";

/** What two people agree on before a device erases itself: http's approvals, kind `device.wipe`. */
export const WIPE_KIND = "device.wipe";
export const WipeArguments = z.strictObject({ device: z.string().regex(/^[a-z0-9-]{1,63}$/) });
export type WipeArguments = z.infer<typeof WipeArguments>;

export interface WipeApproval {
  readonly schema: typeof WipeArguments;
  readonly role: "security-officer";
  readonly weight: (args: WipeArguments) => 2;
  readonly summary: (args: WipeArguments) => string;
  readonly execute: (
    args: WipeArguments,
    context: { readonly id: string; readonly proposer: { readonly id: string } },
  ) => Promise<{ outcome: string; request: string | null; code: string | null }>;
}

/** `approvals.register(WIPE_KIND, wipeApproval(commands))`. The approval's id is the command's: executed again, it says what became of it. */
export function wipeApproval(commands: Pick<Commands, "send">): WipeApproval {
  return {
    schema: WipeArguments,
    role: "security-officer",
    weight: () => 2,
    summary: ({ device }) =>
      `Erase identity, lease and policy of the device ${device}; it must be enrolled anew afterwards`,
    async execute({ device }, { id, proposer }) {
      const done: CommandOutcome = await commands.send({ device, command: "wipe", by: proposer.id, request: id });
      switch (done.outcome) {
        case "answered":
          return { outcome: done.status < 300 ? "wiped" : "failed", request: done.request, code: done.code };
        case "waiting":
        case "timed-out":
          return { outcome: "waiting", request: done.request, code: null };
        case "refused":
          return { outcome: "refused", request: null, code: done.code };
      }
    },
  };
}
