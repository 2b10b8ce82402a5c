import type * as z from 'zod'
import type { Deps } from '../deps.ts'
import { isSplit } from '../domain/catalogue.ts'
import type { ApplicationMapping, ProductMapping } from '../domain/configuration.ts'
import type { ConfigurationChange } from '../domain/configuration-changes.ts'
import { productProblems } from '../domain/configuration-rules.ts'
import { connectionKinds } from '../domain/reference-rules.ts'
import { isSame } from '../domain/same-value.ts'
import { afterMapping } from './after-mapping.ts'
import { editedMeanwhile, retried } from './concurrent-edits.ts'
import { invalid } from './errors.ts'
import { noProducts, type ProductEdits } from './product-edits.ts'

type Edits = z.output<typeof ProductEdits>

/**
 * Saves the products of applications, all or nothing, and answers how many things changed.
 *
 * @throws Refusal 409 where a row was changed meanwhile, 422 with every fault
 */
export async function saveProductMappings(deps: Deps, who: string, edits: Edits): Promise<number> {
  const { connection, rows } = edits
  const kinds = connectionKinds(await deps.configuration.connections())
  const value = {
    connection,
    map: rows.map(({ application, after }, index) => ({
      path: ['rows', index, 'after'],
      value: { application, ...after },
    })),
  }
  const problems = productProblems([{ path: [], value }], kinds, isSplit).map((problem) => ({
    ...problem,
    path: problem.path.replace('.after.application', '.application'),
  }))
  if (problems.length > 0) throw invalid(problems)

  return retried(async () => {
    const version = await deps.configuration.version()
    const products = await deps.configuration.allProducts()
    const stored = products.find((one) => one.connection === connection) ?? {
      connection,
      billByCategory: false,
      map: [],
    }
    const clashes = clashesWith(stored, edits)
    if (clashes.length > 0) throw await editedMeanwhile(deps, clashes)

    const next = edited(stored, edits)
    const changes = changesOf(stored, next, edits)
    if (changes.length === 0) return 0
    const now = deps.now()
    const { timeZone } = await deps.configuration.settings()
    const others = products.filter((one) => one.connection !== connection)
    const save = {
      version,
      changes,
      who,
      at: now.toISOString(),
      also: await afterMapping(deps, [...others, next], timeZone, now),
    }
    const touched = rows.map(({ application, after }) => ({ application, ...after }))
    const saved = await deps.mappings.saveProducts(
      connection,
      { billByCategory: next.billByCategory, rows: touched },
      save,
    )
    return saved ? changes.length : null
  })
}

function rowOf({ map }: ProductMapping, application: string): ApplicationMapping {
  return map.find((row) => row.application === application) ?? { application, ...noProducts }
}

interface Clash {
  key: string
  subjects: string[]
  stored: unknown
}

function clashesWith(stored: ProductMapping, { connection, billByCategory, rows }: Edits): Clash[] {
  const rowClashes = rows.flatMap(({ application, before, after }): Clash[] => {
    const { application: _, ...now } = rowOf(stored, application)
    return isSame(before, now) || isSame(after, now)
      ? []
      : [{ key: application, subjects: [`product ${connection}/${application}`], stored: now }]
  })
  const isWanted = (billByCategory?.after ?? stored.billByCategory) === stored.billByCategory
  if (isWanted || billByCategory?.before === stored.billByCategory) return rowClashes
  const mode = { key: 'billByCategory', subjects: [`billByCategory ${connection}`] }
  return [{ ...mode, stored: stored.billByCategory }, ...rowClashes]
}

function edited(stored: ProductMapping, { billByCategory, rows }: Edits): ProductMapping {
  const untouched = stored.map.filter(
    (row) => !rows.some(({ application }) => application === row.application),
  )
  return {
    connection: stored.connection,
    billByCategory: billByCategory?.after ?? stored.billByCategory,
    map: [
      ...untouched,
      ...rows
        .filter(({ after }) => !isSame(after, noProducts))
        .map(({ application, after }) => ({ application, ...after })),
    ],
  }
}

function changesOf(stored: ProductMapping, next: ProductMapping, { rows }: Edits): ConfigurationChange[] {
  const find = ({ map }: ProductMapping, application: string) =>
    map.find((row) => row.application === application) ?? null
  const mode: ConfigurationChange = {
    subject: `billByCategory ${stored.connection}`,
    before: stored.billByCategory,
    after: next.billByCategory,
  }
  const products = rows.map(({ application }) => ({
    subject: `product ${stored.connection}/${application}`,
    before: find(stored, application),
    after: find(next, application),
  }))
  return [mode, ...products].filter(({ before, after }) => !isSame(before, after))
}
