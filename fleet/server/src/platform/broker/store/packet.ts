import { z } from "zod";

/** A packet as aedes keeps it; the fields that MQTT 3.1.1 needs. */
export interface StoredPacket {
  cmd?: string | undefined;
  topic: string;
  payload: Buffer | string;
  qos: number;
  retain: boolean;
  dup?: boolean | undefined;
  brokerId?: string | undefined;
  brokerCounter?: number | undefined;
  messageId?: number | undefined;
  clientId?: string | undefined;
}

const PacketRow = z.object({
  cmd: z.string().optional(),
  topic: z.string(),
  /** Base64. */
  payload: z.string(),
  qos: z.number(),
  retain: z.boolean(),
  dup: z.boolean().optional(),
  brokerId: z.string().optional(),
  messageId: z.number().optional(),
  clientId: z.string().optional(),
});

export function packetToText(packet: StoredPacket): string {
  const { cmd, topic, qos, retain, dup, brokerId, messageId, clientId } = packet;
  const payload = bytesOf(packet.payload).toString("base64");
  return JSON.stringify({ cmd, topic, payload, qos, retain, dup, brokerId, messageId, clientId });
}

export function packetFromText(text: string): StoredPacket {
  const { payload, ...rest } = PacketRow.parse(JSON.parse(text));
  return { ...rest, payload: Buffer.from(payload, "base64") };
}

function bytesOf(payload: Buffer | string | undefined): Buffer {
  if (payload === undefined) return Buffer.alloc(0);
  return typeof payload === "string" ? Buffer.from(payload, "utf8") : payload;
}
