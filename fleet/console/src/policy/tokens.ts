/** Words of a JSON text by what they are, for colours alone: what is no JSON has no colour. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: "key" | "text" | "figure";
}

const WORD = /("(?:[^"\\\n]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

export function tokensOf(text: string): readonly Token[] {
  return [...text.matchAll(WORD)].map(([whole, quoted, colon], index, all) => {
    const from = all[index]?.index ?? 0;
    if (quoted === undefined) return { from, to: from + whole.length, kind: "figure" };
    return { from, to: from + quoted.length, kind: colon === undefined ? "text" : "key" };
  });
}
