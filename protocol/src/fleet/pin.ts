export type PinFault = "pin-malformed" | "pin-weak";

/** A PIN has 6 to 12 digits and is none that somebody tries first. The fleet judges; a kiosk asks before it goes there. */
export function faultOfPin(pin: string): PinFault | null {
  if (!/^\d{6,12}$/.test(pin)) return "pin-malformed";
  const digits = [...pin].map(Number);
  const steps = new Set(digits.slice(1).map((digit, at) => (digit - (digits[at] ?? 0) + 10) % 10));
  // 000000, 123456, 987654, 121212, 123123, and the years of birthdays.
  const repeats = [2, 3].some((length) => pin === pin.slice(0, length).repeat(pin.length).slice(0, pin.length));
  const halves = pin.length % 2 === 0 && pin.slice(0, pin.length / 2) === pin.slice(pin.length / 2);
  if (new Set(digits).size <= 2 || steps.size === 1 || repeats || halves) return "pin-weak";
  return null;
}
