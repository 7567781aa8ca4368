import { computed } from 'vue';
import { useCommand } from './queries';

/** The answer of `app_start`: version, demo mode, settings, library. Always present below the frame. */
export function useApp() {
  const { data } = useCommand('app_start', {});
  return computed(() => data.value);
}
