import { ref } from 'vue';

/** The start has been waiting for the system's keyring for a while. */
export const waitingForKeyring = ref(false);
