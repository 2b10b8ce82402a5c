import { computed, signal } from '@preact/signals'
import type { InferResponseType } from 'hono/client'
import { api, answerOf } from './api.ts'

export type Connection = InferResponseType<typeof api.connections.$get, 200>['items'][number]

/** Every connection; null until they are known. */
export const connections = signal<Connection[] | null>(null)

export async function loadConnections(): Promise<void> {
  connections.value = (await answerOf(api.connections.$get())).items
}

/** The first connection that bills; null where there is none, or none is known yet. */
export const psaConnection = computed(
  () => connections.value?.find(({ kind }) => kind !== 'ksc' && kind !== 'hub')?.id ?? null,
)
