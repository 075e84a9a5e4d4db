/** The nearest-rank percentile of some measurements, rounded to a tenth; `NaN` of none. */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil((rank / 100) * sorted.length) - 1)];
  return value === undefined ? Number.NaN : Math.round(value * 10) / 10;
}
