import { ref } from 'vue';

/** The shell asks what closing the window shall do. */
export const closeAsked = ref(false);
