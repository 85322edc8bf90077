/** Attempts in flight, or waiting for their turn, so many at once; the others queue. */
export { default as createSlots } from 'p-limit';
