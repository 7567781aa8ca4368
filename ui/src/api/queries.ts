import {
  QueryClient,
  keepPreviousData,
  useMutation,
  useQuery,
  useQueryClient,
  type Query,
  type UseMutationReturnType,
  type UseQueryReturnType,
} from '@tanstack/vue-query';
import { computed, toValue, type MaybeRefOrGetter } from 'vue';
import { call, type ApiError, type CommandName, type RequestOf, type ResponseOf } from './client';
import { tags, type Tag } from './generated';

/**
 * The cache of what the engine told. Nothing here grows old by itself: the engine says what changed.
 * The engine is on this machine, so the browser's idea of being offline means nothing.
 */
export function makeQueryClient(): QueryClient {
  const always = { networkMode: 'always', retry: false } as const;
  return new QueryClient({
    defaultOptions: {
      queries: { ...always, staleTime: Infinity, gcTime: 5 * 60_000, refetchOnWindowFocus: false },
      mutations: always,
    },
  });
}

interface Options {
  /** not asked while false */
  enabled?: MaybeRefOrGetter<boolean>;
  /** show the answer to the former request until the new one is here */
  keepPrevious?: boolean;
}

/** The answer of a read command, kept current by the tags it reads. */
export function useCommand<K extends CommandName>(
  name: K,
  request: MaybeRefOrGetter<RequestOf<K>>,
  options: Options = {},
): UseQueryReturnType<ResponseOf<K>, ApiError> {
  return useQuery<ResponseOf<K>, ApiError>({
    queryKey: [name, computed(() => toValue(request))],
    queryFn: () => call(name, toValue(request)),
    enabled: computed(() => toValue(options.enabled) ?? true),
    placeholderData: options.keepPrevious ? keepPreviousData : undefined,
  } as never) as UseQueryReturnType<ResponseOf<K>, ApiError>;
}

/** Asks a read command before the first screen that needs its answer is drawn. A failure is met there. */
export function askAhead<K extends CommandName>(
  client: QueryClient,
  name: K,
  request: RequestOf<K>,
): Promise<void> {
  return client.prefetchQuery({ queryKey: [name, request], queryFn: () => call(name, request) });
}

/** Asked for the first time, and changed before the answer was here. */
const late = new WeakSet<Query>();

/**
 * Marks every answer that shows one of `changed`, or any, as old; what is on the screen is asked again. A
 * first answer that is on its way may have been made before the change: it is shown when it comes, and then
 * asked for again, which the cache does not do by itself.
 */
export function invalidate(client: QueryClient, changed?: readonly Tag[]): Promise<void> {
  const shows = (query: Query) => {
    const name = query.queryKey[0] as CommandName;
    return !changed || (tags[name]?.reads.some((tag) => changed.includes(tag)) ?? false);
  };
  for (const query of client.getQueryCache().findAll({ predicate: shows })) {
    const first = query.state.data === undefined && query.state.fetchStatus === 'fetching';
    if (!first || late.has(query)) continue;
    late.add(query);
    const again = () => {
      late.delete(query);
      void client.invalidateQueries({ predicate: (one) => one === query });
    };
    void query.promise?.then(again, again);
  }
  return client.invalidateQueries({ predicate: shows });
}

/**
 * A command that changes something: `mutateAsync(request)`, `isPending`, `error`. What it changes is
 * read again at once, without waiting for the engine's event.
 */
export function useAction<K extends CommandName>(
  name: K,
): UseMutationReturnType<ResponseOf<K>, ApiError, RequestOf<K>, unknown> {
  const client = useQueryClient();
  return useMutation<ResponseOf<K>, ApiError, RequestOf<K>>({
    mutationKey: [name],
    mutationFn: (request) => call(name, request),
    onSettled: () => {
      void invalidate(client, tags[name].changes);
    },
  });
}
