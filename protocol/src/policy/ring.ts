/**
 * Whether a device is among the first `percent` of a roll-out. The same device and salt always get the same place, so
 * that who was in at one percent is in at ten; another salt draws other devices.
 */
export function inRing(device: string, salt: string, percent: number): boolean {
  return ringPlace(device, salt) < percent;
}

/** Where a device stands in a roll-out: 0 to under 100, in steps of a hundredth. */
export function ringPlace(device: string, salt: string): number {
  return (hash32(`${salt}\n${device}`) % 10_000) / 100;
}

/**
 * FNV-1a over UTF-16 units, finished with MurmurHash3's mixer so that ids that differ in one digit spread. It draws
 * lots, it protects nothing: a page, an agent and the fleet must get the same number without a crypto library.
 */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
