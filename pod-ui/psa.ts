import { computed, signal } from '@preact/signals'
import type { InferResponseType } from 'hono/client'
import { api, answerOf } from './api.ts'
import { standing } from './sign-in.ts'

export type Connection = InferResponseType<typeof api.connections.$get, 200>['items'][number]

/** Every connection; null until they are known. */
export const connections = signal<Connection[] | null>(null)

export async function loadConnections(): Promise<void> {
  connections.value = (await answerOf(api.connections.$get())).items
}

/** The connections that bill; empty until they are known. */
export const psas = computed(
  () => connections.value?.filter(({ kind }) => kind !== 'ksc' && kind !== 'hub') ?? [],
)

/** The PSA that a person turned to where there are several; null where nobody did. */
export const chosenPsa = signal<string | null>(null)

/**
 * The PSA that companies and products are chosen from: the one turned to, else the one whose screen this is, else the
 * first; null where there is none, or none is known yet.
 */
export const psaConnection = computed(() => {
  const ids = psas.value.map(({ id }) => id)
  const now = standing.value
  const here = now.state === 'signed_in' ? now.place?.connection : undefined
  return [chosenPsa.value, here, ids[0]].find((id) => id != null && ids.includes(id)) ?? null
})

export function psaOf(connection: string | null): Connection | undefined {
  return psas.value.find(({ id }) => id === connection)
}

/** Whether billing there needs a price level beside the agreement. */
export function hasPriceLevels(connection: string): boolean {
  return psaOf(connection)?.kind === 'tigerpaw'
}
