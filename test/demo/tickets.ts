import { setTimeout as sleep } from 'node:timers/promises'
import * as z from 'zod'
import type { Client } from '../support/client.ts'
import type { Host } from '../vendors/ksc/host.ts'
import type { VirtualServer } from '../vendors/ksc/virtual-server.ts'
import { customerOf, type DemoMsp } from './msp.ts'
import type { DemoPsa } from './psa.ts'
import type { Names } from './report.ts'
import { textTable } from './table.ts'

const virus = { type: 'GNRL_EV_VIRUS_FOUND', typeName: 'Malicious object found', severity: 4 }
const attack = { type: 'GNRL_EV_ATTACK_DETECTED', typeName: 'Network attack detected', severity: 4 }

/** Critical, with the bit of the reason. */
const notRunning = { statusId: 1, statusMask: 1 << 2 }
const outdated = { statusId: 1, statusMask: 1 << 7 }
const well = { statusId: 0, statusMask: 0 }

const Ticket = z.object({
  ticketId: z.string().nullable(),
  companyId: z.string(),
  title: z.string(),
  count: z.number(),
  closedBy: z.string().nullable(),
  lastAt: z.string(),
})
const View = z.object({ notYet: z.number(), oldestLookAt: z.string().nullable() })

/** What the administrator of this MSP wants tickets for. */
export function ticketRules({ connection, desk, ownCompany }: DemoPsa) {
  const { status, ...filing } = desk.filing
  return {
    connections: [
      {
        connection: connection.id,
        ...filing,
        statusNew: status,
        statusClosed: desk.closedStatus,
        events: { critical: { on: true } },
        statuses: { antivirus_not_running: { on: true }, databases_outdated: { on: true } },
        health: { on: true, company: ownCompany.id },
      },
    ],
    companies: [],
  }
}

/** What happens on devices before the first morning. */
export function troubleAtFirst({ customers }: DemoMsp): void {
  const acme = serverOf(customers, 'Acme')
  acme.addEvent({ ...virus, host: deviceOf(acme, 0), text: 'EICAR-Test-File in C:\\Users\\jo\\Downloads' })
  const school = serverOf(customers, 'Elm Street School')
  for (const host of [...school.hosts.values()].slice(0, 40)) Object.assign(host, outdated)
  Object.assign(deviceOf(serverOf(customers, 'Cedar Clinic'), 3), notRunning)
  Object.assign(deviceOf(serverOf(customers, 'Lindner Metal'), 1), notRunning)
  const stray = serverOf(customers, 'Union Brewery')
  stray.addEvent({ ...virus, host: deviceOf(stray, 0) })
}

/** What happens until the next morning. */
export function troubleOvernight({ customers }: DemoMsp): void {
  const acme = serverOf(customers, 'Acme')
  for (const index of [5, 6, 7]) acme.addEvent({ ...virus, host: deviceOf(acme, index) })
  acme.addEvent({ ...attack, host: deviceOf(acme, 5) })
  for (const host of serverOf(customers, 'Elm Street School').hosts.values()) Object.assign(host, well)
  Object.assign(deviceOf(serverOf(customers, 'Cedar Clinic'), 3), well)
}

/** Lets everything that happened so far become tickets, and prints them. */
export async function printTickets(
  moment: Date,
  { client, psa, names }: { client: Client; psa: DemoPsa; names: Names },
): Promise<void> {
  const { words } = psa
  await settled(client, moment)
  const own = psa.ownCompany
  const rows = await Promise.all(
    (['open', 'closed'] as const).map(async (state) => {
      const found = await client.all(`/api/tickets?state=${state}`, Ticket)
      return found.map(({ ticketId, companyId, title, count, closedBy }) => [
        companyId === own.id ? own.name : (names.companies.get(companyId) ?? companyId),
        title,
        `#${ticketId}`,
        closedBy === null ? state : `closed by ${closedBy}`,
        `${count}`,
        `${notesOn(psa, companyId, ticketId)}`,
      ])
    }),
  )
  console.log(`\n${words.tickets} in ${words.name}`)
  console.log(
    textTable(
      ['For', 'What', 'Number', 'State', 'Happened', 'Notes'],
      rows.flat().toSorted((a, b) => `${a[0]} ${a[1]}`.localeCompare(`${b[0]} ${b[1]}`)),
      [4, 5],
    ),
  )
}

/** Ticks until all were looked at since and nothing changes any more. */
async function settled(client: Client, moment: Date): Promise<void> {
  const since = new Date().toISOString()
  const deadline = Date.now() + 60_000
  let before = ''
  while (Date.now() < deadline) {
    await client.tick(moment)
    await sleep(1_000)
    const view = View.parse(await client.call('GET', '/api/tickets/view'))
    const now = JSON.stringify([
      await client.all('/api/tickets', Ticket),
      await client.all('/api/tickets?state=waiting', Ticket),
    ])
    const isNew = view.notYet === 0 && (view.oldestLookAt ?? '') > since
    if (isNew && now === before) return
    before = now
  }
}

function notesOn({ desk }: DemoPsa, companyId: string, ticketId: string | null): number {
  return desk.tickets(companyId).find(({ id }) => id === ticketId)?.notes.length ?? 0
}

function serverOf(customers: DemoMsp['customers'], name: string): VirtualServer {
  return customerOf(customers, name).server
}

function deviceOf(server: VirtualServer, index: number): Host {
  const host = [...server.hosts.values()][index]
  if (host === undefined) throw new Error(`${server.name} has no device ${index}`)
  return host
}
