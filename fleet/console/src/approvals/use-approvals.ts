import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApprovalListed } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { ask, codeOfRefusal } from "../api/ask.js";

const EVERY = 5_000;
/** As many as the site says at once, the newest. */
export const APPROVALS_SAID = 100;
const KEY = ["approvals"];

export interface ApprovalsState {
  /** Whether the site has said them yet. */
  readonly isKnown: boolean;
  readonly approvals: readonly ApprovalListed[];
  readonly refusal: string | null;
  readonly refresh: () => Promise<void>;
}

/** The proposals of the site, newest first, kept fresh while somebody looks. */
export function useApprovals(): ApprovalsState {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask({ path: "v1/approvals", answer: z.array(ApprovalListed), signal }),
    refetchInterval: EVERY,
    retry: false,
    networkMode: "always",
  });
  return {
    isKnown: data !== undefined,
    approvals: data ?? [],
    refusal: codeOfRefusal(error),
    refresh: () => client.invalidateQueries({ queryKey: KEY }),
  };
}
