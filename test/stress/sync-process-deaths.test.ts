import { processes } from "../contracts/backend.js";
import {
  dieEverywhere,
  lockDeathsContract,
  otherDeathsContract,
  semaphoreDeathsContract,
} from "../contracts/deaths.js";

dieEverywhere();
lockDeathsContract(processes, "Lock");
lockDeathsContract(processes, "RLock");
semaphoreDeathsContract(processes);
otherDeathsContract(processes);
