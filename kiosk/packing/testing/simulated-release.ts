import { deflateRawSync } from "node:zlib";

/** Bytes that hold fuses as Electron's binary does, and nothing that runs. */
export function simulatedBinary(wire: string, version = 1): Buffer {
  return Buffer.concat([
    Buffer.from("simulated binary "),
    Buffer.from("dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX"),
    Buffer.from([version, wire.length]),
    Buffer.from(wire),
    Buffer.from(" its end"),
  ]);
}

export interface SimulatedEntry {
  readonly path: string;
  readonly data: Buffer;
  readonly mode?: number;
}

/** A release's archive in the form of a zip, each second entry stored and the others packed. */
export function simulatedZip(entries: readonly SimulatedEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const [index, { path, data, mode = 0o100644 }] of entries.entries()) {
    const name = Buffer.from(path);
    const method = index % 2 === 0 ? 8 : 0;
    const packed = method === 8 ? deflateRawSync(data) : data;
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(packed.length, 20);
    central.writeUInt32LE(data.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    locals.push(local, name, packed);
    centrals.push(central, name);
    offset += local.length + name.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

interface Node {
  readonly files?: Record<string, Node>;
  readonly size?: number;
  readonly offset?: string;
}

/** Reads an archive as Electron does. */
export function readAsar(archive: Buffer): Record<string, Buffer> {
  const base = 8 + archive.readUInt32LE(4);
  const header: Node = JSON.parse(archive.toString("utf8", 16, 16 + archive.readUInt32LE(12)));
  const found: Record<string, Buffer> = {};
  const walk = (node: Node, path: string): void => {
    for (const [name, child] of Object.entries(node.files ?? {})) {
      const at = path === "" ? name : `${path}/${name}`;
      const begin = base + Number(child.offset ?? 0);
      if (child.files === undefined) found[at] = archive.subarray(begin, begin + (child.size ?? 0));
      else walk(child, at);
    }
  };
  walk(header, "");
  return found;
}
