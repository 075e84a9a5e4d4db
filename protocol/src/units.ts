declare const unit: unique symbol;
type Unit<Name extends string> = number & { readonly [unit]: Name };

/** A length of time in milliseconds. */
export type Duration = Unit<"milliseconds">;
/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Unit<"instant">;
/** A distance in metres. */
export type Metres = Unit<"metres">;
/** Received signal strength in dBm. */
export type Dbm = Unit<"dBm">;

export const milliseconds = (value: number): Duration => value as Duration;
export const seconds = (value: number): Duration => milliseconds(value * 1_000);
export const minutes = (value: number): Duration => seconds(value * 60);
export const hours = (value: number): Duration => minutes(value * 60);
export const days = (value: number): Duration => hours(value * 24);
export const instant = (value: number): Instant => value as Instant;
export const metres = (value: number): Metres => value as Metres;
export const dbm = (value: number): Dbm => value as Dbm;

/** `at` moved by `by`. */
export const after = (at: Instant, by: Duration): Instant => instant(at + by);
/** Time from `from` to `to`; negative when `to` is earlier. */
export const between = (from: Instant, to: Instant): Duration => milliseconds(to - from);
