import type { Connection } from '../psa.ts'

export const psaKinds = ['connectwise', 'autotask', 'tigerpaw'] as const
export const sourceKinds = ['ksc', 'hub'] as const
/** Every kind. */
export const kinds = [...sourceKinds, ...psaKinds] as const
export type Kind = (typeof kinds)[number]

/** Secret texts of each kind; they are entered, and never come back. */
export const secrets = {
  ksc: ['user', 'password'],
  hub: ['token'],
  connectwise: ['companyId', 'publicKey', 'privateKey', 'clientId'],
  autotask: ['userName', 'secret', 'integrationCode'],
  tigerpaw: ['publicKey', 'privateKey', 'soapUser', 'soapPassword'],
} as const

/** Those that people may read while they type. */
export const readable = new Set<string>([
  'user',
  'companyId',
  'publicKey',
  'clientId',
  'userName',
  'soapUser',
])

/** Where connections of a kind are everywhere the same. */
export const addresses: Partial<Record<Kind, string>> = { autotask: 'https://webservices.autotask.net' }

export type Options = Connection['options']

/** Of a new connection, for the kinds whose options are chosen here. */
export const firstOptions: Partial<Record<Kind, Options>> = {
  hub: { maxAgeHours: 48 },
  autotask: { booking: 'daily', createMissingService: false },
  tigerpaw: { externalProduct: 'Kaspersky' },
}

const shortNames: Partial<Record<Kind, string>> = { connectwise: 'cw', autotask: 'at', tigerpaw: 'tp' }

/** An id that no connection has yet, e.g. `cw2`. */
export function freeId(kind: Kind, taken: { id: string }[]): string {
  const base = shortNames[kind] ?? kind
  for (let number = 1; ; number++) {
    const id = number === 1 ? base : `${base}${number}`
    if (!taken.some((one) => one.id === id)) return id
  }
}
