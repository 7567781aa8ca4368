import { computed } from 'vue';
import { useCommand } from './queries';

/** What the frame was told at start: version, demo, settings, library. Present once the frame stands. */
export function useApp() {
  const { data } = useCommand('app_start', {});
  return computed(() => data.value);
}
