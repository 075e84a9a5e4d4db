/**
 * HMAC-SHA-256 (RFC 2104, FIPS 180-4) of one key over very many short messages. A table for 20,000 people needs two and a
 * half million of them, and `node:crypto` takes four times as long for each as this, which keeps what the key alone
 * decides. Its test compares it with `node:crypto`. Not constant in time: for a server's own keys, where nobody measures.
 */
const BLOCK = 64;
const IPAD = 0x36;
const OPAD = 0x5c;

const ROUNDS = Int32Array.from(
  (
    "428a2f98 71374491 b5c0fbcf e9b5dba5 3956c25b 59f111f1 923f82a4 ab1c5ed5 d807aa98 12835b01 243185be 550c7dc3 " +
    "72be5d74 80deb1fe 9bdc06a7 c19bf174 e49b69c1 efbe4786 0fc19dc6 240ca1cc 2de92c6f 4a7484aa 5cb0a9dc 76f988da " +
    "983e5152 a831c66d b00327c8 bf597fc7 c6e00bf3 d5a79147 06ca6351 14292967 27b70a85 2e1b2138 4d2c6dfc 53380d13 " +
    "650a7354 766a0abb 81c2c92e 92722c85 a2bfe8a1 a81a664b c24b8b70 c76c51a3 d192e819 d6990624 f40e3585 106aa070 " +
    "19a4c116 1e376c08 2748774c 34b0bcb5 391c0cb3 4ed8aa4a 5b9cca4f 682e6ff3 748f82ee 78a5636f 84c87814 8cc70208 " +
    "90befffa a4506ceb bef9a3f7 c67178f2"
  )
    .split(" ")
    .map((word) => Number.parseInt(word, 16)),
);
const START = Int32Array.from(
  "6a09e667 bb67ae85 3c6ef372 a54ff53a 510e527f 9b05688c 1f83d9ab 5be0cd19"
    .split(" ")
    .map((word) => Number.parseInt(word, 16)),
);

/** Writes the first `to.length` bytes, at most 32, of the code of `message`. */
export type MacInto = (message: Uint8Array, to: Uint8Array) => void;

/** For a key of at most 64 bytes. */
export function manyMacs(key: Uint8Array): MacInto {
  const words = new Int32Array(BLOCK);
  const inner = started(key, IPAD, words);
  const outer = started(key, OPAD, words);
  const state = new Int32Array(8);
  let padded = new Uint8Array(BLOCK);
  let view = new DataView(padded.buffer);
  return (message, to) => {
    const size = Math.ceil((message.length + 9) / BLOCK) * BLOCK;
    if (padded.length !== size) {
      padded = new Uint8Array(size);
      view = new DataView(padded.buffer);
    }
    pad(padded, view, message);
    state.set(inner);
    for (let at = 0; at < size; at += BLOCK) {
      for (let word = 0; word < 16; word += 1) words[word] = view.getInt32(at + word * 4);
      compress(state, words);
    }
    // The inner digest, its end mark and the length of pad and digest: one block.
    for (let word = 0; word < 8; word += 1) words[word] = state[word] ?? 0;
    words[8] = 0x80000000 | 0;
    words.fill(0, 9, 15);
    words[15] = (BLOCK + 32) * 8;
    state.set(outer);
    compress(state, words);
    for (let at = 0; at < to.length; at += 1) to[at] = ((state[at >> 2] ?? 0) >>> (24 - (at & 3) * 8)) & 0xff;
  };
}

function started(key: Uint8Array, filler: number, words: Int32Array): Int32Array {
  const block = new Uint8Array(BLOCK).fill(filler);
  for (const [at, byte] of key.entries()) block[at] = byte ^ filler;
  const view = new DataView(block.buffer);
  for (let word = 0; word < 16; word += 1) words[word] = view.getInt32(word * 4);
  const state = Int32Array.from(START);
  compress(state, words);
  block.fill(0);
  return state;
}

function pad(padded: Uint8Array, view: DataView, message: Uint8Array): void {
  padded.set(message);
  padded.fill(0, message.length);
  padded[message.length] = 0x80;
  view.setUint32(padded.length - 4, (BLOCK + message.length) * 8);
}

/** FIPS 180-4 6.2.2. `words` holds the block in its first sixteen and is overwritten. */
function compress(state: Int32Array, words: Int32Array): void {
  for (let at = 16; at < 64; at += 1) {
    const early = words[at - 15] ?? 0;
    const late = words[at - 2] ?? 0;
    const low = ((early >>> 7) | (early << 25)) ^ ((early >>> 18) | (early << 14)) ^ (early >>> 3);
    const high = ((late >>> 17) | (late << 15)) ^ ((late >>> 19) | (late << 13)) ^ (late >>> 10);
    words[at] = ((words[at - 16] ?? 0) + low + (words[at - 7] ?? 0) + high) | 0;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let at = 0; at < 64; at += 1) {
    const mixed = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + mixed + ((e & f) ^ (~e & g)) + (ROUNDS[at] ?? 0) + (words[at] ?? 0)) | 0;
    const turned = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (turned + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = ((state[0] ?? 0) + a) | 0;
  state[1] = ((state[1] ?? 0) + b) | 0;
  state[2] = ((state[2] ?? 0) + c) | 0;
  state[3] = ((state[3] ?? 0) + d) | 0;
  state[4] = ((state[4] ?? 0) + e) | 0;
  state[5] = ((state[5] ?? 0) + f) | 0;
  state[6] = ((state[6] ?? 0) + g) | 0;
  state[7] = ((state[7] ?? 0) + h) | 0;
}
