import { processes } from "../contracts/backend.js";
import {
  lockDeathsContract,
  otherDeathsContract,
  semaphoreDeathsContract,
} from "../contracts/deaths.js";

lockDeathsContract(processes, "Lock");
lockDeathsContract(processes, "RLock");
semaphoreDeathsContract(processes);
otherDeathsContract(processes);
