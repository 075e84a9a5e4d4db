import { WardkeyError } from "@wardkey/protocol";
import { ROLES, type Role } from "@wardkey/protocol/fleet";
import type { FastifyRequest } from "fastify";

/** Somebody of the hospital's IT, signed in or represented by an API token. */
export interface Administrator {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

/** Who may call a route. Every route declares it, and one that does not is refused at its registration. */
export type Access =
  /** Signed in with at least this role. */
  | { readonly role: Role }
  /** Anybody who reaches the listener. */
  | "public"
  /** Who holds the page token of this start, or is signed in: reading alone. */
  | "page-token"
  /** A device, by its certificate: on the device listener alone. */
  | "device";

export const hasRole = (administrator: Pick<Administrator, "role">, atLeast: Role): boolean =>
  ROLES.indexOf(administrator.role) >= ROLES.indexOf(atLeast);

/** How the caller proved who it is. */
export interface Caller {
  readonly administrator: Administrator;
  /** The session's or token's public id; `null` for the page token. */
  readonly via:
    | { readonly kind: "session" | "token"; readonly id: string }
    | { readonly kind: "page"; readonly id: null };
}

declare module "fastify" {
  interface FastifyContextConfig {
    access?: Access;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** Of a route whose access names a role. */
export const administratorOf = (request: FastifyRequest): Administrator => callerOf(request).administrator;

export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null || request.caller === undefined) {
    throw new WardkeyError("caller-unchecked", "the route's access names no role");
  }
  return request.caller;
}
