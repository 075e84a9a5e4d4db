// Five by seven dots a letter.
const letters: Readonly<Record<string, readonly string[]>> = {
  F: ["#####", "#....", "#....", "####.", "#....", "#....", "#...."],
  P: ["####.", "#...#", "#...#", "####.", "#....", "#....", "#...."],
  "2": [".###.", "#...#", "....#", "...#.", "..#..", ".#...", "#####"],
};
const text = "FFP2";
const pitch = 6;

/** Whether the printed word covers a point; it fills 0 to 1 in both directions. */
export function letteringAt(x: number, y: number): boolean {
  if (x < 0 || y < 0 || x >= 1 || y >= 1) return false;
  const column = Math.floor(x * text.length * pitch);
  const letter = text[Math.floor(column / pitch)] ?? "";
  return letters[letter]?.[Math.floor(y * 7)]?.[column % pitch] === "#";
}
