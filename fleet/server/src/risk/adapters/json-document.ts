import { WardkeyError } from "@wardkey/protocol";

export const MOST_JSON_BYTES = 24 * 1024 * 1024;

/** A whole JSON document (RFC 8259), which must fit into memory. Throws `json-too-large`, `json-malformed`. */
export async function jsonDocument(file: AsyncIterable<Uint8Array>): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file) {
    size += chunk.length;
    if (size > MOST_JSON_BYTES)
      throw new WardkeyError("json-too-large", `a document has at most ${MOST_JSON_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(chunks)));
  } catch (error) {
    throw new WardkeyError("json-malformed", "the file is not JSON", { cause: error });
  }
}
