import { onScopeDispose, ref, watch, type Ref, type WatchSource } from 'vue';

/** True once a frame has been drawn since `wanted` became true: for what may come after something more urgent. */
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
      // the frame's callback runs before it is drawn, the task after it
      if (now) frame = requestAnimationFrame(() => (task = setTimeout(() => (painted.value = true))));
    },
    { immediate: true },
  );
  onScopeDispose(forget);
  return painted;
}
