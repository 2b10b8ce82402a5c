import { itemsOf } from './api.ts'
import type { Customer, Msp } from './msp.ts'
import { until } from './until.ts'

/** What waits for a person, as the API lists it. */
export async function held({ api }: Msp): Promise<Record<string, unknown>[]> {
  return itemsOf(await api.get('/api/changes?state=held'))
}

/** Customers whose lines of 90 would fall to 10, and the changes that are held for it, in the order of the names. */
export async function fallen(
  msp: Msp,
  ...names: string[]
): Promise<{ customers: Customer[]; ids: string[] }> {
  const customers = names.map((name) => msp.customer(name, { workstations: 90 }))
  await msp.run()
  for (const customer of customers) customer.uses({ workstations: 10 })
  await msp.run()
  const changes = await held(msp)
  const ids = customers.map(
    ({ companyId }) => `${changes.find((change) => change.companyId === `${companyId}`)?.id}`,
  )
  return { customers, ids }
}

/** Waits until the first line of each customer bills so many. */
export async function allLinesAre(msp: Msp, quantity: number, customers: Customer[]): Promise<void> {
  await until(`all lines are at ${quantity}`, async () =>
    customers.every((customer) => msp.lines(customer)[0]?.[1] === quantity) ? true : null,
  )
}
