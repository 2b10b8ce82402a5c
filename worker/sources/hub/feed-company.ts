import * as z from 'zod'
import { applicationOf } from '../../domain/catalogue.ts'
import type { ReportedItem, ReportedUse } from '../../domain/reported-use.ts'
import { contradictionOf, isCloud, sumOf } from '../../domain/stated-counts.ts'
import { VendorError } from '../../vendor/error.ts'

/** One company of a feed. */
export interface FeedCompany {
  id: string
  name: string
  kind: 'workspace' | 'company'
  /** Empty where it uses nothing. */
  uses: (ReportedUse & { items: ReportedItem[] })[]
}

const text = z.string().min(1).max(300)
const id = z.union([text, z.int().transform(String)], { error: 'text or a whole number is needed' })
const licences = z.int().min(0).max(10_000_000)

const Application = z
  .object({
    application: text,
    unit: z.enum(['device', 'user', 'mailbox', 'core']).nullish(),
    quantity: licences.nullish(),
    workstations: licences.nullish(),
    servers: licences.nullish(),
    other: licences.nullish(),
    items: z
      .array(
        z.object({
          id,
          name: z.string().max(300).nullish(),
          category: z.enum(['workstation', 'server', 'other']).nullish(),
        }),
      )
      .nullish(),
  })
  .transform(({ application: licenceName, unit, quantity, workstations, servers, other, items }, context) => {
    const told = [workstations, servers, other].filter((count) => count != null).length
    if (told === 1 || told === 2) {
      context.addIssue('workstations, servers and other are needed all three, or none of them')
    }
    const counts =
      workstations != null && servers != null && other != null ? { workstations, servers, other } : null
    const application = applicationOf(licenceName)
    const countsAs = unit ?? application.unit
    const stated = quantity ?? (counts !== null && countsAs === 'device' ? sumOf(counts) : null)
    if (stated === null) context.addIssue('the quantity is missing')
    const use = { application: application.key, unit: countsAs, quantity: stated ?? 0, counts }
    switch (contradictionOf(use)) {
      case 'counts_differ':
        context.addIssue(`the quantity ${use.quantity} is not the sum of workstations, servers and other`)
        break
      case 'counts_not_for_unit':
        context.addIssue(`workstations, servers and other say nothing of a licence by ${countsAs}`)
        break
      case null:
    }
    return {
      ...use,
      counts: countsAs === 'device' || isCloud(use.application) ? counts : null,
      applicationName: application.name,
      licenceName,
      leftOut: null,
      items: (items ?? []).map((item) => ({
        id: item.id,
        name: item.name ?? item.id,
        category: item.category ?? null,
      })),
    }
  })

const Company = z
  .object({
    id,
    name: text,
    kind: z.enum(['workspace', 'company']).nullish(),
    applications: z.array(Application),
  })
  .transform(({ id: companyId, name, kind: stated, applications }): FeedCompany => {
    const kind = stated ?? 'workspace'
    return {
      id: companyId,
      name,
      kind,
      uses: applications.map((use) => ({ companyId, company: name, kind, ...use })),
    }
  })

const Named = z.object({ name: text })

/**
 * @param place which of the feed's companies it is, from 1
 * @throws VendorError `unexpected_reply` naming the company and the field
 */
export function companyOf(vendor: string, value: unknown, place: number): FeedCompany {
  const read = Company.safeParse(value)
  if (read.success) return read.data
  const named = Named.safeParse(value)
  const called = named.success ? named.data.name : `company ${place}`
  const issues = read.error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${[called, path.join('.')].filter(Boolean).join(', ')}: ${message}`)
    .join('; ')
  throw new VendorError(vendor, { kind: 'unexpected_reply', issues })
}
