import { ref } from 'vue';

/** The start waits for the system's keyring, and has done so for a while. */
export const waitingForKeyring = ref(false);
