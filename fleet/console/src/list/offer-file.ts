/** Long enough for a browser to have taken the file. */
const TAKEN_WITHIN = 60_000;

/** Hands a file to the browser, which keeps it where its owner keeps files. */
export function offerFile(name: string, type: string, content: string): void {
  const address = URL.createObjectURL(new Blob([content], { type: `${type};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), TAKEN_WITHIN);
}
