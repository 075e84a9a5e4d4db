import { useQuery, useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { ask, codeOfRefusal } from "../api/ask.js";
import { Approval } from "../api/schemas.js";

const EVERY = 5_000;
const KEY = ["approvals"];

export interface ApprovalsState {
  readonly approvals: readonly Approval[];
  readonly refusal: string | null;
  readonly refresh: () => Promise<void>;
}

/** The proposals of the site, newest first, kept fresh while somebody looks. */
export function useApprovals(): ApprovalsState {
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask({ path: "v1/approvals", answer: z.array(Approval), signal }),
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
