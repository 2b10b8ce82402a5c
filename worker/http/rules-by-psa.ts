import type { Deps } from '../deps.ts'
import { isPsa } from '../domain/configuration.ts'
import { productRules } from '../domain/product-rules.ts'
import type { ProductRules } from '../domain/wanted.ts'

/** How each PSA connection bills applications, by the connection's id. */
export async function rulesByPsa({ configuration, usage }: Deps): Promise<Map<string, ProductRules>> {
  const psas = (await configuration.connections()).filter(({ kind }) => isPsa(kind))
  const unsplit = await usage.unsplit()
  return new Map(
    await Promise.all(
      psas.map(async ({ id }) => [id, productRules(await configuration.products(id), unsplit)] as const),
    ),
  )
}
