import { processes } from "../contracts/backend.js";
import { eventContract } from "../contracts/event.js";

eventContract(processes);
