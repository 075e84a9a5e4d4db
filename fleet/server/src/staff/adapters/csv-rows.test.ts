import { codeOf } from "@wardkey/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chunksOf } from "../testing/bytes.js";
import { type CsvOptions, csvRows } from "./csv-rows.js";

async function read(content: string | Uint8Array, options: CsvOptions = {}, size = 7): Promise<unknown[]> {
  const rows = [];
  for await (const row of csvRows(chunksOf(content, size), options)) rows.push(row);
  return rows;
}

const refusal = (content: string | Uint8Array, options: CsvOptions = {}): Promise<unknown> =>
  read(content, options, 64 * 1024).then((rows) => rows.length, codeOf);

describe("a CSV file", () => {
  it("is read whatever its delimiter, line ends, quotes and byte order mark", async () => {
    const rows = (first: number, second: number) => [
      { line: first, cells: { hrId: "1", givenName: "An,na", familyName: 'Ros"si' } },
      { line: second, cells: { hrId: "2", givenName: "Bo", familyName: "" } },
    ];
    expect(await read('hrId,givenName,familyName\n1,"An,na","Ros""si"\n2,Bo,\n')).toEqual(rows(2, 3));
    expect(await read('\ufeffhrId;givenName;familyName\r\n1;"An,na";"Ros""si"\r\n\r\n2;Bo;')).toEqual(rows(2, 4));
    expect(await read('familyName\tgivenName\thrId\n"Ros""si"\tAn,na\t1\n\tBo\t2\n')).toEqual(rows(2, 3));
  });

  it("names its columns as it likes, when it is said which is what", async () => {
    const content = "Matricola,Nome,Reparto,Stipendio\n7,Ελένη,3B,1\n";
    const columns = { hrId: "Matricola", givenName: "Nome", wards: "Reparto" };
    expect(await read(content, { columns })).toEqual([
      { line: 2, cells: { hrId: "7", givenName: "Ελένη", wards: "3B" } },
    ]);
    expect(await refusal(content)).toBe("csv-header-missing");
    expect(await refusal(content, { columns: { ...columns, role: "Ruolo" } })).toBe("csv-header-missing");
  });

  it("is refused with one code for what is wrong with it", async () => {
    const head = "hrId,givenName\n";
    expect(await refusal("")).toBe("csv-header-missing");
    expect(await refusal("hrId,givenName,hrId\n")).toBe("csv-header-twice");
    expect(await refusal(new Uint8Array([...new TextEncoder().encode(head), 0x31, 0x2c, 0xe9, 0x0a]))).toBe(
      "csv-not-utf8",
    );
    expect(await refusal(`${head}1,"never closed\n`)).toBe("csv-malformed");
    expect(await refusal(`${head}1,${"x".repeat(20_000)}\n`)).toBe("csv-malformed");
    expect(await refusal(head + "1,a\n".repeat(50_001))).toBe("csv-too-many-rows");
    const wide = `1,"${"x".repeat(8_000)}"\n`;
    expect(await refusal(head + wide.repeat(4_500))).toBe("csv-too-large");
  });

  it("is malformed where a quote opens in the middle of a cell", async () => {
    expect(await refusal('hrId,givenName\n1,A"nna\n')).toBe("csv-malformed");
    expect(await refusal(new Uint8Array([0, 34]))).toBe("csv-malformed");
  });

  it("ends random bytes in rows or a code", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const framed = new Uint8Array([...new TextEncoder().encode("hrId,givenName\n"), ...bytes]);
        const ended = await refusal(framed);
        expect(typeof ended === "number" || /^csv-/.test(String(ended))).toBe(true);
      }),
    );
  });
});
