import { WardkeyError } from "@wardkey/protocol";
import type { FastifyRequest, onRequestAsyncHookHandler } from "fastify";

/** Knows who is calling before a byte of the body is read. */
export interface CallerCheck<Caller> {
  onRequest: onRequestAsyncHookHandler;
  callerOf(request: FastifyRequest): Caller;
}

/** `authenticate` throws the refusal of a caller that it does not know. */
export function checkCaller<Caller>(
  authenticate: (authorization: string | undefined) => Promise<Caller>,
): CallerCheck<Caller> {
  const callers = new WeakMap<FastifyRequest, { caller: Caller }>();
  return {
    onRequest: async (request) => {
      callers.set(request, { caller: await authenticate(request.headers.authorization) });
    },
    callerOf(request) {
      const known = callers.get(request);
      if (known === undefined) throw new WardkeyError("caller-unchecked", "a route forgot to check its caller");
      return known.caller;
    },
  };
}
