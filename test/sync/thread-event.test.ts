import { threads } from "../contracts/backend.js";
import { eventContract } from "../contracts/event.js";

eventContract(threads);
