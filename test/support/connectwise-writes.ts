import * as z from 'zod'
import type { Account, Call } from '../vendors/connectwise/account.ts'

const Made = z.object({ product: z.object({ id: z.number() }), quantity: z.number() })
const Changed = z.tuple([
  z.object({ op: z.literal('replace'), path: z.literal('quantity'), value: z.number() }),
])

export interface Write {
  method: 'POST' | 'PATCH'
  agreementId: number
  productId: number
  quantity: number
}

/** What a call was meant to write to an agreement; null where it only read. @throws ZodError for any other write */
export function writeOf(psa: Account, { method, path, body }: Call): Write | null {
  if (method === 'GET') return null
  const [, agreement, line] = /^\/finance\/agreements\/(\d+)\/additions(?:\/(\d+))?$/.exec(path) ?? []
  const agreementId = z.coerce.number().parse(agreement)
  if (method === 'POST') {
    const { product, quantity } = Made.parse(body)
    return { method, agreementId, productId: product.id, quantity }
  }
  const [{ value }] = Changed.parse(body)
  const productId = psa.additionsOf(agreementId).find(({ id }) => id === Number(line))?.product.id ?? 0
  return { method: 'PATCH', agreementId, productId, quantity: value }
}
