import { processes } from "../contracts/backend.js";
import { wakeUpsContract } from "../contracts/wake-ups.js";

wakeUpsContract(processes);
