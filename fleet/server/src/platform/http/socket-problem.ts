import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { codeOf } from "@wardkey/protocol";
import type { Problem } from "@wardkey/protocol/fleet";
import { type ProblemTitles, problemOf, Refusal } from "./problem.js";

export interface SocketProblems {
  readonly timeout: Problem;
  /** For what Node itself makes of a connection: late or endless headers, and what is no HTTP. */
  answer(error: Error, socket: Socket): void;
}

/** Refusals before there is a request to answer, in the same form as every other (RFC 9457). */
export function socketProblems(titles: ProblemTitles): SocketProblems {
  const of = (status: number, code: string): Problem => problemOf(new Refusal(status, code), titles);
  const [timeout, malformed, tooLarge] = [of(408, "request-timeout"), of(400, "malformed"), of(431, "too-large")];
  return {
    timeout,
    answer(error, socket) {
      const code = codeOf(error);
      if (code === "ERR_HTTP_REQUEST_TIMEOUT") refuseOnSocket(socket, timeout);
      else refuseOnSocket(socket, code === "HPE_HEADER_OVERFLOW" ? tooLarge : malformed);
    },
  };
}

/** Says it, and ends the connection. */
export function refuseOnSocket(socket: Socket, problem: Problem): void {
  if (socket.writable) {
    const body = JSON.stringify(problem);
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      "Content-Type: application/problem+json",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Cache-Control: no-store",
      "Connection: close",
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${body}`);
  }
  socket.destroy();
}
