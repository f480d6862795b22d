import { threads } from "../contracts/backend.js";
import {
  lockDeathsContract,
  otherDeathsContract,
  semaphoreDeathsContract,
} from "../contracts/deaths.js";

lockDeathsContract(threads, "Lock");
lockDeathsContract(threads, "RLock");
semaphoreDeathsContract(threads);
otherDeathsContract(threads);
