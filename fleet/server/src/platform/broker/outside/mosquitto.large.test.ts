import { brokerContract } from "../testing/broker-contract.js";
import { mosquittoRig } from "../testing/mosquitto-rig.js";

brokerContract("Mosquitto", mosquittoRig, { rounds: 300 });
