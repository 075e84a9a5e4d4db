import { aedesRig } from "../testing/aedes-rig.js";
import { brokerContract } from "../testing/broker-contract.js";

brokerContract("aedes", () => aedesRig(), { rounds: process.env["WARDKEY_CAMPAIGN"] === undefined ? 60 : 5_000 });
