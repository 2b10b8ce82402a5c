import * as z from 'zod'
import { applicationOf } from '../../worker/domain/catalogue.ts'
import type { ChangeAnswer, Client, RunAnswer } from '../support/client.ts'
import type { DemoPsa, PsaWords } from './psa.ts'
import { signed, textTable } from './table.ts'
import { reasonWords, stateWords, unbilledWords } from './words.ts'

const Choice = z.object({ id: z.string(), name: z.string() })
const Unbilled = z.object({
  tenant: z.string(),
  application: z.string(),
  quantity: z.number(),
  reason: z.string(),
})
const unit = z.enum(['device', 'user', 'mailbox', 'core'])
const Evidence = z.object({
  quantity: z.number(),
  units: z.array(unit),
  sources: z.array(
    z.object({
      report: z.object({ asOf: z.string() }),
      basis: z.object({ workstations: z.number(), servers: z.number(), other: z.number() }).nullable(),
    }),
  ),
  leftOut: z.array(z.object({ reason: z.string() })),
  left: z.array(z.object({ name: z.string() })),
})

/** What ids are called. Lists to choose from leave out what is switched off, so that names are kept from before. */
export interface Names {
  companies: Map<string, string>
  products: Map<string, string>
  tenants: Map<string, string>
}

export async function namesNow(client: Client, { connection }: DemoPsa): Promise<Names> {
  return {
    companies: await namesOf(client, `/api/companies?connection=${connection.id}`),
    products: await namesOf(client, `/api/products?connection=${connection.id}`),
    tenants: await namesOf(client, '/api/tenants'),
  }
}

/** Prints one run as a billing clerk reads it. */
export async function printDay(
  title: string,
  run: RunAnswer,
  { client, psa, names }: { client: Client; psa: DemoPsa; names: Names },
): Promise<void> {
  const { words, connection } = psa
  const { companies, products, tenants } = names
  const { counts } = run

  console.log(`\n${title} · ${run.day}`)
  console.log(
    `${counts.tenants} virtual servers and workspaces, ${counts.incomplete} could not be read · ` +
      `${counts.created} lines made, ${counts.updated} updated, ${counts.unchanged} unchanged, ` +
      `${counts.held} wait for you · ${run.calls[connection.id] ?? 0} calls to ${words.name}\n`,
  )

  const changes = await client.changes(run.id)
  const rows = await Promise.all(
    changes.map(async (change) => [
      companies.get(change.companyId) ?? change.companyId,
      products.get(change.productId) ?? change.productId,
      change.kind === 'create' ? '–' : String(change.from),
      String(change.to),
      signed(change.to - change.from),
      stateWords[change.state] ?? change.state,
      await why(client, words, change, run.day),
    ]),
  )
  rows.sort((a, b) => `${a[0]} ${a[1]}`.localeCompare(`${b[0]} ${b[1]}`))
  console.log(
    textTable(
      [capital(words.company), capital(words.product), 'Was', 'Is', 'Difference', 'State', 'Why'],
      rows,
      [2, 3, 4],
    ),
  )

  const unbilled = await client.all('/api/unbilled', Unbilled)
  if (unbilled.length > 0) {
    console.log('\nUsed, but billed to nobody')
    console.log(
      textTable(
        ['Server or workspace', 'Application', 'Used', 'Why'],
        unbilled.map((row) => [
          tenants.get(row.tenant) ?? row.tenant,
          applicationOf(row.application).name,
          String(row.quantity),
          unbilledWords(words)[row.reason] ?? row.reason,
        ]),
        [2],
      ),
    )
  }
  if (run.problems.length > 0) {
    console.log('\nProblems')
    for (const problem of run.problems) console.log(`• ${problem.message}`)
  }
}

/** What a number is made of, or why it waits. */
async function why(client: Client, words: PsaWords, change: ChangeAnswer, day: string): Promise<string> {
  const isWaiting = change.state === 'held' || change.state === 'planned'
  if (change.reason !== null && isWaiting) return reasonWords(words)[change.reason] ?? change.reason
  const query = new URLSearchParams({
    connection: change.connection,
    agreement: change.agreementId,
    product: change.productId,
    day,
  })
  const { quantity, units, sources, leftOut, left } = Evidence.parse(
    await client.call('GET', `/api/evidence?${query}`),
  )
  const parts = [[String(quantity), units.map((one) => unitWords(one, quantity)).join(' and ')].join(' ')]
  for (const { report, basis } of sources) {
    if (basis !== null) {
      const computers = basis.workstations + basis.servers
      parts.push(`the larger of ${computers} computers and half of ${basis.other} mobile devices`)
    }
    parts.push(`by the licence report of ${report.asOf}`)
  }
  if (leftOut.length > 0) parts.push(`${leftOut.length} not counted (${summary(leftOut)})`)
  if (left.length > 0) parts.push(`left: ${left.map(({ name }) => name).join(', ')}`)
  return parts.join('; ')
}

function unitWords(of: z.output<typeof unit>, count: number): string {
  if (count === 1) return of
  return of === 'mailbox' ? 'mailboxes' : `${of}s`
}

function summary(leftOut: { reason: string }[]): string {
  const counts = new Map<string, number>()
  for (const { reason } of leftOut) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => `${count} ${reason.replaceAll('_', ' ')}`).join(', ')
}

function capital(noun: string): string {
  return noun.charAt(0).toUpperCase() + noun.slice(1)
}

async function namesOf(client: Client, path: string): Promise<Map<string, string>> {
  return new Map((await client.all(path, Choice)).map(({ id, name }) => [id, name]))
}
