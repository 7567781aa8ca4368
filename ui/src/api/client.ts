import { platform } from '@/platform';
import type { Commands, ErrorCode } from './generated';
import { ApiError, toApiError } from './errors';

export type CommandName = keyof Commands;
export type RequestOf<K extends CommandName> = Commands[K]['request'];
export type ResponseOf<K extends CommandName> = Commands[K]['response'];

/** Runs a command of the table. Rejects only with an `ApiError`. */
export async function call<K extends CommandName>(name: K, request: RequestOf<K>): Promise<ResponseOf<K>> {
  try {
    return (await platform().rpc(name, request)) as ResponseOf<K>;
  } catch (thrown) {
    throw toApiError(thrown);
  }
}

export { ApiError };
export type { ErrorCode };
