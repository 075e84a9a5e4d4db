/** How much a face looks masked, 0 to 1, from its embedding. */
export function estimateMask(_whole: Float32Array): number {
  return 0;
}
