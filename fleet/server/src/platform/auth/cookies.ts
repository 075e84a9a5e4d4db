import type { FastifyReply } from "fastify";
import { sessionCookieName } from "../http/console-access.js";

/** The session's secret, for this browser alone: no script reads it, no other site sends it, and it ends with the browser. */
export function setSessionCookie(reply: FastifyReply, secret: string, secure: boolean): void {
  reply.setCookie(sessionCookieName(secure), secret, { path: "/", httpOnly: true, sameSite: "strict", secure });
}

export function clearSessionCookie(reply: FastifyReply, secure: boolean): void {
  reply.clearCookie(sessionCookieName(secure), { path: "/", httpOnly: true, sameSite: "strict", secure });
}
