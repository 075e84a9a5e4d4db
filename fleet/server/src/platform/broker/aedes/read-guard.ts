import { TLSSocket } from "node:tls";
import { type FrameFault, FrameGuard } from "../frame-guard.js";

/**
 * Ends a connection at the header of a packet with more than `most` bytes. aedes pulls its bytes by `read`: looking at
 * them there costs no copy, and nothing is kept of a packet that is too long.
 */
export function guardReads(socket: TLSSocket, most: number, onFault: (fault: FrameFault) => void): void {
  const guard = new FrameGuard(most);
  socket.read = (size?: number) => {
    const chunk: Buffer | null = TLSSocket.prototype.read.call(socket, size);
    const fault = chunk === null ? undefined : guard.watch(chunk);
    if (fault === undefined) return chunk;
    onFault(fault);
    socket.destroy();
    return null;
  };
}
