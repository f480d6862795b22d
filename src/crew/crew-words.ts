/**
 * The words that a crew shares with all its workers.
 *
 *   WAITS   1 while the crew's thread sleeps until there is a result, in its event loop or blocked.
 *           It sets the word and then looks at the results once more; a worker writes a result and
 *           then looks at the word, and whoever finds it set lowers it and wakes. So one of the two
 *           sees the other.
 */
export const WAITS = 0;
export const CREW_WORDS = 1;
