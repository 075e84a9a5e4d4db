import { z } from "zod";
import { Refusal } from "../../platform/http/problem.js";
import type { PublishArgs } from "./ports.js";
import type { Publishing } from "./publishing.js";

const Args: z.ZodType<PublishArgs> = z.strictObject({
  proposal: z.uuid(),
  version: z.number().int().min(1),
  digest: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  weakening: z.boolean(),
  pace: z.enum(["rings", "at-once"]),
});

/** For `approvals.register("policy.publish", …)`: what is approved, by how many, and what then happens. */
export function publishApproval(publishing: Publishing) {
  return {
    schema: Args,
    role: "security-officer" as const,
    async weight(args: PublishArgs): Promise<1 | 2> {
      const weight = await publishing.weight(args);
      if (weight === null) throw new Refusal(409, "policy-proposal-differs");
      return weight;
    },
    summary: ({ version, weakening, pace }: PublishArgs): string =>
      `Publish policy ${version}${weakening ? ", which protects less somewhere" : ""}, ${pace === "rings" ? "ring by ring" : "to every device at once"}`,
    async execute(
      args: PublishArgs,
      by: { id: string; proposer: string; approvers: readonly { readonly administrator: string }[] },
    ): Promise<{ version: number; digest: string }> {
      const executed = await publishing.execute(args, {
        approval: by.id,
        proposer: by.proposer,
        approvers: by.approvers.map(({ administrator }) => administrator),
      });
      if (!executed.ok) throw new Refusal(409, executed.code);
      return { version: executed.policy.version, digest: executed.policy.digest };
    },
  };
}
