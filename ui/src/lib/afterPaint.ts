import { onScopeDispose, ref, watch, type Ref, type WatchSource } from 'vue';

/** Becomes true once a frame was painted after `wanted` became true, to defer less urgent work. */
export function useAfterPaint(wanted: WatchSource<boolean>): Readonly<Ref<boolean>> {
  const painted = ref(false);
  let frame = 0;
  let task: ReturnType<typeof setTimeout> | undefined;
  const forget = () => {
    cancelAnimationFrame(frame);
    clearTimeout(task);
  };
  watch(
    wanted,
    (now) => {
      forget();
      painted.value = false;
      // the animation frame callback runs before painting, the task after it
      if (now) frame = requestAnimationFrame(() => (task = setTimeout(() => (painted.value = true))));
    },
    { immediate: true },
  );
  onScopeDispose(forget);
  return painted;
}
