import { processes } from "../contracts/backend.js";
import { semaphoreContract } from "../contracts/semaphore.js";

semaphoreContract(processes);
