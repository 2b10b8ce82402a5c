import * as z from 'zod'
import type { HoldReason } from '../domain/change.ts'
import { approvableReasons, structuralReasons } from '../domain/change.ts'
import { type Category, isCountable } from '../domain/usage.ts'
import { type Part, productFor, type ProductRules } from '../domain/wanted.ts'
import { PartShape } from './own-lines.ts'
import { allRows, flag, jsonColumn } from './rows.ts'
import { tenantName } from './tenant-name.ts'

export const unbilledReasons = [
  'tenant_not_mapped',
  'billing_off',
  'application_not_mapped',
  'unit_not_countable',
] as const

export interface UnbilledUse {
  /** `connection/id`. */
  tenant: string
  application: string
  quantity: number
  reason: (typeof unbilledReasons)[number] | HoldReason
}

/** The same use with the categories that it was counted by. */
export interface FoundUse {
  key: UnbilledKey
  use: UnbilledUse
  parts: { category: Category; quantity: number }[]
}

/** A place in the list. */
export type UnbilledKey = [connection: string, tenantId: string, application: string, reason: string]

const UseRow = z.object({
  connection: z.string(),
  tenant_id: z.string(),
  application: z.string(),
  category: z.enum(['all', 'workstation', 'server', 'other']),
  quantity: z.number(),
  unit: z.enum(['device', 'user', 'mailbox', 'core']),
  kind: z.string(),
  gone: flag,
  psa: z.string().nullable(),
  billing: flag.nullable(),
  agreement_id: z.string().nullable(),
})
type Use = z.output<typeof UseRow>

const HeldRow = z.object({
  connection: z.string(),
  agreement_id: z.string(),
  product_id: z.string(),
  reason: z.enum([...structuralReasons, ...approvableReasons]),
  parts: jsonColumn(z.array(PartShape)),
})

/** So many rows of use are looked through at once. */
const chunkSize = 2_000

/** Use that nobody pays for. */
export function unbilledStore(db: D1Database) {
  /**
   * Up to `limit` entries after `after`, ordered by tenant and application. One application of a tenant has an entry
   * for each reason.
   *
   * @param rules by PSA connection
   */
  async function list(
    rules: Map<string, ProductRules>,
    limit: number,
    after: UnbilledKey | null,
  ): Promise<FoundUse[]> {
    const held = await heldParts()
    const found: FoundUse[] = []
    let from = { connection: after?.[0] ?? '', tenantId: after?.[1] ?? '', application: after?.[2] ?? '' }

    for (;;) {
      const rows = await usesFrom(from)
      const isLast = rows.length < chunkSize
      const groups = groupsOf(rows)
      for (const group of isLast ? groups : groups.slice(0, -1)) {
        const place = [group[0].connection, group[0].tenant_id, group[0].application] as const
        const isAtAfter = after !== null && place.every((part, index) => part === after[index])
        for (const one of unbilledOf(group, rules, held)) {
          if (isAtAfter && one.use.reason <= after[3]) continue
          found.push({ key: [...place, one.use.reason], ...one })
          if (found.length === limit) return found
        }
      }
      const next = groups.at(-1)?.[0]
      if (isLast || next === undefined) return found
      from = { connection: next.connection, tenantId: next.tenant_id, application: next.application }
    }
  }

  /** Current use from one application of one tenant on. Use of tenants that a person took out of the bill is no use. */
  function usesFrom(from: { connection: string; tenantId: string; application: string }): Promise<Use[]> {
    return allRows(
      db
        .prepare(
          `SELECT u.connection, u.tenant_id, u.application, u.category, u.quantity, COALESCE(u.unit, a.unit) AS unit, k.kind,
             t.enabled = 0 OR t.listed = 0 AS gone, m.connection AS psa, m.billing, m.agreement_id
           FROM usage_quantity u
           JOIN connection k ON k.id = u.connection
           JOIN application a ON a.key = u.application
           JOIN tenant t ON t.connection = u.connection AND t.id = u.tenant_id AND t.retired = 0
           LEFT JOIN company_mapping m ON m.tenant_connection = u.connection AND m.tenant_id = u.tenant_id
           WHERE u.end_read IS NULL AND u.quantity > 0 AND (u.connection, u.tenant_id, u.application) >= (?1, ?2, ?3)
           ORDER BY u.connection, u.tenant_id, u.application, u.category LIMIT ?4`,
        )
        .bind(from.connection, from.tenantId, from.application, chunkSize),
      UseRow,
    )
  }

  /**
   * What held changes leave unbilled, by the use and the line that it is for: lines that are still to be made, and
   * lines on agreements that no longer bill.
   */
  async function heldParts(): Promise<Map<string, { reason: HoldReason; quantity: number }>> {
    const rows = await allRows(
      db.prepare(
        `SELECT connection, agreement_id, product_id, reason, parts FROM change
         WHERE state = 'held' AND dry_run = 0 AND reason IS NOT NULL AND (kind = 'create' OR reason IN (
           'agreement_ended', 'agreement_inactive', 'agreement_not_found', 'agreement_of_other_company'))`,
      ),
      HeldRow,
    )
    return new Map(
      rows.flatMap((row) =>
        row.parts.map(
          (part) =>
            [
              heldKey(row.connection, row.agreement_id, row.product_id, part),
              { reason: row.reason, quantity: part.quantity },
            ] as const,
        ),
      ),
    )
  }

  return { list }
}

type Held = Map<string, { reason: HoldReason; quantity: number }>
type Group = [Use, ...Use[]]

/** Rows of the same tenant and application stand together. */
function groupsOf(rows: Use[]): Group[] {
  const groups: Group[] = []
  for (const row of rows) {
    const last = groups.at(-1)
    const joins =
      last !== undefined &&
      last[0].connection === row.connection &&
      last[0].tenant_id === row.tenant_id &&
      last[0].application === row.application
    if (joins) last.push(row)
    else groups.push([row])
  }
  return groups
}

/** What is not billed of one tenant's application, by reason. */
function unbilledOf(group: Group, rules: Map<string, ProductRules>, held: Held): Omit<FoundUse, 'key'>[] {
  const tenant = tenantName(group[0].connection, group[0].tenant_id)
  const byReason = new Map<UnbilledUse['reason'], FoundUse['parts']>()
  for (const row of group) {
    const found = whyUnbilled(row, tenant, rules, held)
    if (found === null || found.quantity <= 0) continue
    const part = { category: row.category, quantity: found.quantity }
    byReason.set(found.reason, [...(byReason.get(found.reason) ?? []), part])
  }
  return [...byReason]
    .map(([reason, parts]) => {
      const quantity = parts.reduce((sum, part) => sum + part.quantity, 0)
      return { use: { tenant, application: group[0].application, quantity, reason }, parts }
    })
    .sort((one, other) => (one.use.reason < other.use.reason ? -1 : 1))
}

function whyUnbilled(
  row: Use,
  tenant: string,
  rulesOf: Map<string, ProductRules>,
  held: Held,
): { reason: UnbilledUse['reason']; quantity: number } | null {
  const all = (reason: UnbilledUse['reason']) => ({ reason, quantity: row.quantity })
  const isBilled = row.psa !== null && row.billing === true && row.agreement_id !== null
  // Nobody uses anything in a tenant that is gone; only what was billed before stays in the sum.
  if (row.gone && !isBilled) return null
  if (!isCountable(row.kind, row.unit)) return all('unit_not_countable')
  if (row.psa === null) return all('tenant_not_mapped')
  if (!row.billing || row.agreement_id === null) return all('billing_off')

  const rules = rulesOf.get(row.psa)
  if (rules === undefined) return all('application_not_mapped')
  const productId = productFor(row.application, row.category, rules)
  if (productId === null) return awaitsSplitRead(row, rules) ? null : all('application_not_mapped')
  const part = { tenant, application: row.application, category: row.category }
  return held.get(heldKey(row.psa, row.agreement_id, productId, part)) ?? null
}

/** Which categories it is made of, and so what is mapped of it, is known only after the next read. */
function awaitsSplitRead(row: Use, rules: ProductRules): boolean {
  const products = rules.products.get(row.application)
  return (
    row.category === 'all' &&
    rules.billByCategory &&
    rules.isSplit(row.application) &&
    products !== undefined &&
    [products.workstation, products.server, products.other].some((id) => id !== null)
  )
}

function heldKey(
  connection: string,
  agreementId: string,
  productId: string,
  part: Omit<Part, 'quantity'>,
): string {
  return JSON.stringify([connection, agreementId, productId, part.tenant, part.application, part.category])
}

export type UnbilledStore = ReturnType<typeof unbilledStore>
