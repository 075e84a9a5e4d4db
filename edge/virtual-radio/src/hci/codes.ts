// Core 5.3 Vol 4 Part E 7: operation codes, group in the top six bits.
const opcode = (group: number, command: number): number => (group << 10) | command;

export const DISCONNECT = opcode(0x01, 0x06);
export const SET_EVENT_MASK = opcode(0x03, 0x01);
export const RESET = opcode(0x03, 0x03);
export const READ_LE_HOST_SUPPORT = opcode(0x03, 0x6c);
export const WRITE_LE_HOST_SUPPORT = opcode(0x03, 0x6d);
export const READ_LOCAL_VERSION = opcode(0x04, 0x01);
export const READ_SUPPORTED_COMMANDS = opcode(0x04, 0x02);
export const READ_BUFFER_SIZE = opcode(0x04, 0x05);
export const READ_BD_ADDR = opcode(0x04, 0x09);
export const READ_RSSI = opcode(0x05, 0x05);
export const LE_SET_EVENT_MASK = opcode(0x08, 0x01);
export const LE_READ_BUFFER_SIZE = opcode(0x08, 0x02);
export const LE_SET_RANDOM_ADDRESS = opcode(0x08, 0x05);
export const LE_SET_ADVERTISING_PARAMETERS = opcode(0x08, 0x06);
export const LE_SET_ADVERTISING_DATA = opcode(0x08, 0x08);
export const LE_SET_SCAN_RESPONSE_DATA = opcode(0x08, 0x09);
export const LE_SET_ADVERTISE_ENABLE = opcode(0x08, 0x0a);
export const LE_SET_SCAN_PARAMETERS = opcode(0x08, 0x0b);
export const LE_SET_SCAN_ENABLE = opcode(0x08, 0x0c);
export const LE_CREATE_CONNECTION = opcode(0x08, 0x0d);
export const LE_CREATE_CONNECTION_CANCEL = opcode(0x08, 0x0e);
export const LE_CONNECTION_UPDATE = opcode(0x08, 0x13);
/** The Linux Foundation's vendor command that bleno's `setAddress` sends to such a controller. */
export const VENDOR_WRITE_BD_ADDR = opcode(0x3f, 0x06);

// Core 5.3 Vol 1 Part F 1.3: error codes.
export const SUCCESS = 0x00;
export const UNKNOWN_COMMAND = 0x01;
export const UNKNOWN_CONNECTION = 0x02;
export const CONNECTION_TIMEOUT = 0x08;
export const CONNECTION_LIMIT_EXCEEDED = 0x09;
export const COMMAND_DISALLOWED = 0x0c;
export const INVALID_PARAMETERS = 0x12;
export const REMOTE_USER_ENDED = 0x13;
export const LOCAL_HOST_ENDED = 0x16;

/** The Linux Foundation's company identifier: it tells bleno which vendor command changes the address. */
export const MANUFACTURER = 0x05f1;
