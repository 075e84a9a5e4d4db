/** Fills buffers with nought, for what must not outlive its use. */
export function overwrite(...buffers: readonly (Uint8Array | Int8Array | Float32Array | Float64Array)[]): void {
  for (const buffer of buffers) buffer.fill(0);
}
