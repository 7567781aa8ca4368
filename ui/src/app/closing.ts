import { ref } from 'vue';

/** The shell asks what closing the window means. */
export const closeAsked = ref(false);
