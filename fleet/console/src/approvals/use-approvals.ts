import { useQuery, useQueryClient } from "@tanstack/react-query";
import { ApprovalListed } from "@wardkey/protocol/fleet";
import { z } from "zod";
import { ask, codeOfRefusal } from "../api/ask.js";

const EVERY = 5_000;
const KEY = ["approvals"];

export interface ApprovalsState {
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
    approvals: data ?? [],
    refusal: codeOfRefusal(error),
    refresh: () => client.invalidateQueries({ queryKey: KEY }),
  };
}
