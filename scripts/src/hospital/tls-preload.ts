/**
 * Loaded into the agent's process by a scripted shift alone (`--import`): writes down every byte that its TLS sockets
 * carry, before encryption and after decryption. Without it nobody but the two ends could look for a face in there.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { TLSSocket } from "node:tls";

const path = process.env["WARDKEY_RECORD_TLS"];
if (path !== undefined) {
  const file = openSync(path, "a", 0o600);
  process.once("exit", () => closeSync(file));
  const keep = (chunk: unknown, encoding?: BufferEncoding): void => {
    if (chunk instanceof Uint8Array) writeSync(file, chunk);
    else if (typeof chunk === "string") writeSync(file, chunk, null, encoding);
  };
  const { push, _write, _writev } = TLSSocket.prototype;
  TLSSocket.prototype.push = function (chunk, encoding) {
    keep(chunk, encoding);
    return push.call(this, chunk, encoding);
  };
  TLSSocket.prototype._write = function (chunk, encoding, done) {
    keep(chunk, encoding);
    _write.call(this, chunk, encoding, done);
  };
  TLSSocket.prototype._writev = function (chunks, done) {
    for (const { chunk, encoding } of chunks) keep(chunk, encoding);
    _writev?.call(this, chunks, done);
  };
}
