import { ProposalView, type SessionState } from "@wardkey/protocol/fleet";
import { z } from "zod";

/** Where the interface has more than one answer, or none, this is how the page reads it. */

export type SignedIn = NonNullable<SessionState["signedIn"]>;
export const Nothing = z.null();
/** Somebody was invited at once, or it takes two. */
export const Invited = z.object({ invitation: z.string() }).or(ProposalView);
