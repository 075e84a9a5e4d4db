import { brokerContract } from "../testing/broker-contract.js";
import { rabbitRig } from "../testing/rabbit-rig.js";

brokerContract("RabbitMQ", rabbitRig, { rounds: 300 });
