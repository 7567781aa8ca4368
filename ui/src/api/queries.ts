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
 * Creates the cache of the engine's answers. Entries never become stale by time: the engine's events
 * invalidate them. The engine runs on this machine, so the browser's offline detection is switched off.
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
  /** while false, nothing is fetched */
  enabled?: MaybeRefOrGetter<boolean>;
  /** show the previous answer until the new one arrives */
  keepPrevious?: boolean;
}

/** Runs a read command and refetches when one of its tags changes. */
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

/** Prefetches a read command that the first screen needs. Errors are handled there. */
export function prefetch<K extends CommandName>(
  client: QueryClient,
  name: K,
  request: RequestOf<K>,
): Promise<void> {
  return client.prefetchQuery({ queryKey: [name, request], queryFn: () => call(name, request) });
}

/** Queries whose first fetch was in progress when their tags changed. */
const changedWhileFetching = new WeakSet<Query>();

/**
 * Invalidates every query with one of the tags `changed`, or all; visible ones are refetched. If a query's
 * first fetch is in progress, its answer may predate the change: it is shown and then fetched again, which
 * the cache does not do by itself.
 */
export function invalidate(client: QueryClient, changed?: readonly Tag[]): Promise<void> {
  return refetchWhere(client, (name) => {
    return !changed || (tags[name]?.reads.some((tag) => changed.includes(tag)) ?? false);
  });
}

/** The same for the queries of one command, which something other than the engine has changed. */
export function invalidateCommand(client: QueryClient, name: CommandName): Promise<void> {
  return refetchWhere(client, (of) => of === name);
}

function refetchWhere(client: QueryClient, wanted: (name: CommandName) => boolean): Promise<void> {
  const shows = (query: Query) => wanted(query.queryKey[0] as CommandName);
  for (const query of client.getQueryCache().findAll({ predicate: shows })) {
    const first = query.state.data === undefined && query.state.fetchStatus === 'fetching';
    if (!first || changedWhileFetching.has(query)) continue;
    changedWhileFetching.add(query);
    const again = () => {
      changedWhileFetching.delete(query);
      void client.invalidateQueries({ predicate: (one) => one === query });
    };
    void query.promise?.then(again, again);
  }
  return client.invalidateQueries({ predicate: shows });
}

/**
 * Wraps a command that changes something: `mutateAsync(request)`, `isPending`, `error`. Afterwards the
 * queries with the command's tags are refetched at once, without waiting for the engine's event.
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
